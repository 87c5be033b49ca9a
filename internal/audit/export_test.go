package audit

// Poor is the same reader with hardly any budget.
func Poor(r *Reader) *Reader {
	poor := *r
	poor.calls, poor.entries = 6, 30
	return &poor
}
