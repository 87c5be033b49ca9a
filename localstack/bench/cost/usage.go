package cost

import "fmt"

// Usage is how much of each unit was used.
type Usage map[Unit]float64

// Plus is both together.
func (u Usage) Plus(more Usage) Usage {
	sum := Usage{}
	for _, each := range []Usage{u, more} {
		for unit, n := range each {
			sum[unit] += n
		}
	}
	return sum
}

// Times is n times as much.
func (u Usage) Times(n float64) Usage {
	all := Usage{}
	for unit, used := range u {
		all[unit] = used * n
	}
	return all
}

// Line is what was used of one unit, and what it costs.
type Line struct {
	Price
	Used float64
	Cost float64 // dollars
}

// Bill is a line for each unit that was used, in the order of Prices, and their sum in dollars. It panics when a unit has
// no price.
func Bill(u Usage) (lines []Line, total float64) {
	priced := 0
	for _, p := range Prices {
		used, ok := u[p.Unit]
		if ok {
			priced++
		}
		if used != 0 {
			cost := used * p.Dollars / p.Per
			lines, total = append(lines, Line{p, used, cost}), total+cost
		}
	}
	if priced != len(u) {
		panic(fmt.Sprintf("cost: not all of %v has a price", u))
	}
	return lines, total
}

// vCPUMegabytes is the memory with which a function has one whole processor; with less it has its share of one.
const vCPUMegabytes = 1769

// Lambda is one invocation of a function with so much memory, which took so many seconds of a processor and waited for so many.
func Lambda(memoryMB, processor, waited float64) Usage {
	return Usage{LambdaRequest: 1, LambdaTime: memoryMB / 1024 * (waited + processor*max(1, vCPUMegabytes/memoryMB))}
}
