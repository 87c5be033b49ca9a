package terminal

// state is where the parser is in a sequence: the states of https://vt100.net/emu/dec_ansi_parser.
type state uint8

const (
	ground state = iota
	escape
	escapeIntermediate
	csiEntry
	csiParam
	csiIntermediate
	csiIgnore
	ignoredString // SOS, PM and APC
	oscString
	dcsEntry
	dcsParam
	dcsIgnore
	dcsIntermediate
	dcsPassthrough
	states
)

// action is what to do with a character.
type action uint8

const (
	ignore action = iota
	printText
	execute
	oscStart
	oscPut
	oscEnd
	csiDispatch
	param
	collect
	escDispatch
	clearSequence
	dcsHook
	dcsUnhook
)

// transition is an action and the state after it.
type transition struct {
	action action
	next   state
}

// other stands for all characters from U+00A0 on.
const other = 0xa0

// transitions is xterm.js's table (src/common/parser/EscapeSequenceParser.ts). What no rule is for ends a sequence.
var transitions = func() (t [states][other + 1]transition) {
	set := func(s state, from, to int, a action, next state) {
		for c := from; c <= to; c++ {
			t[s][c] = transition{a, next}
		}
	}
	controls := func(s state, a action) { // all but CAN, SUB and ESC
		set(s, 0x00, 0x17, a, s)
		set(s, 0x19, 0x19, a, s)
		set(s, 0x1c, 0x1f, a, s)
	}
	anywhere := func(s state) {
		set(s, 0x18, 0x18, execute, ground)
		set(s, 0x1a, 0x1a, execute, ground)
		set(s, 0x1b, 0x1b, clearSequence, escape)
		set(s, 0x80, 0x9a, execute, ground)
		set(s, 0x90, 0x90, clearSequence, dcsEntry)
		set(s, 0x98, 0x98, ignore, ignoredString)
		set(s, 0x9b, 0x9b, clearSequence, csiEntry)
		set(s, 0x9c, 0x9c, ignore, ground)
		set(s, 0x9d, 0x9d, oscStart, oscString)
		set(s, 0x9e, 0x9f, ignore, ignoredString)
	}
	for s := range states {
		anywhere(s)
	}
	set(ground, 0x20, 0x7e, printText, ground)
	set(ground, other, other, printText, ground)
	controls(ground, execute)

	controls(escape, execute)
	set(escape, 0x20, 0x2f, collect, escapeIntermediate)
	set(escape, 0x30, 0x7e, escDispatch, ground)
	set(escape, 'P', 'P', clearSequence, dcsEntry)
	set(escape, 'X', 'X', ignore, ignoredString)
	set(escape, '[', '[', clearSequence, csiEntry)
	set(escape, ']', ']', oscStart, oscString)
	set(escape, '^', '_', ignore, ignoredString)
	set(escape, 0x7f, 0x7f, ignore, escape)
	controls(escapeIntermediate, execute)
	set(escapeIntermediate, 0x20, 0x2f, collect, escapeIntermediate)
	set(escapeIntermediate, 0x30, 0x7e, escDispatch, ground)
	set(escapeIntermediate, 0x7f, 0x7f, ignore, escapeIntermediate)

	for _, s := range []state{csiEntry, csiParam, csiIntermediate} {
		controls(s, execute)
		set(s, 0x20, 0x2f, collect, csiIntermediate)
		set(s, 0x30, 0x3b, param, csiParam)
		set(s, 0x3c, 0x3f, ignore, csiIgnore)
		set(s, 0x40, 0x7e, csiDispatch, ground)
		set(s, 0x7f, 0x7f, ignore, s)
	}
	set(csiEntry, 0x3c, 0x3f, collect, csiParam)
	set(csiIntermediate, 0x30, 0x3f, ignore, csiIgnore)
	controls(csiIgnore, execute)
	set(csiIgnore, 0x20, 0x3f, ignore, csiIgnore)
	set(csiIgnore, 0x40, 0x7e, ignore, ground)
	set(csiIgnore, 0x7f, 0x7f, ignore, csiIgnore)
	set(csiIgnore, other, other, ignore, csiIgnore)

	controls(ignoredString, ignore)
	set(ignoredString, 0x20, 0x7f, ignore, ignoredString)
	controls(oscString, ignore)
	set(oscString, 0x07, 0x07, oscEnd, ground)
	set(oscString, 0x18, 0x18, oscEnd, ground)
	set(oscString, 0x1a, 0x1b, oscEnd, ground)
	set(oscString, 0x9c, 0x9c, oscEnd, ground)
	set(oscString, 0x20, 0x7f, oscPut, oscString)
	set(oscString, other, other, oscPut, oscString)

	for _, s := range []state{dcsEntry, dcsParam, dcsIntermediate} {
		controls(s, ignore)
		set(s, 0x20, 0x2f, collect, dcsIntermediate)
		set(s, 0x30, 0x3b, param, dcsParam)
		set(s, 0x3c, 0x3f, ignore, dcsIgnore)
		set(s, 0x40, 0x7e, dcsHook, dcsPassthrough)
		set(s, 0x7f, 0x7f, ignore, s)
	}
	set(dcsEntry, 0x3c, 0x3f, collect, dcsParam)
	set(dcsIntermediate, 0x30, 0x3f, ignore, dcsIgnore)
	controls(dcsIgnore, ignore)
	set(dcsIgnore, 0x20, 0x7f, ignore, dcsIgnore)
	set(dcsIgnore, other, other, ignore, dcsIgnore)
	controls(dcsPassthrough, ignore)
	set(dcsPassthrough, 0x20, 0x7f, ignore, dcsPassthrough)
	set(dcsPassthrough, other, other, ignore, dcsPassthrough)
	set(dcsPassthrough, 0x18, 0x18, dcsUnhook, ground)
	set(dcsPassthrough, 0x1a, 0x1b, dcsUnhook, ground)
	set(dcsPassthrough, 0x9c, 0x9c, dcsUnhook, ground)
	return
}()
