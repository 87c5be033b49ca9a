module tapedeck/localstack/bench/terminals

go 1.26.0

require (
	github.com/hinshun/vt10x v0.0.0-20220301184237-5011da428d02
	tapedeck v0.0.0
)

replace tapedeck => ../../..
