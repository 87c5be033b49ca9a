package metrics

// What is counted. docs/metrics.md is made of it.
var (
	ColdStarts = add("ColdStarts", "Count", "A function's process has started: the request that it was started for waited.")

	Archived        = add("Archived", "Count", "A recording was archived and is listed; those that cannot be read count too.")
	ArchivedBytes   = add("ArchivedBytes", "Bytes", "Its size, decompressed.")
	ArchivedSeconds = add("ArchivedSeconds", "Seconds", "How long the recorded session was.")
	Unreadable      = add("Unreadable", "Count", "A recording was archived that cannot be read.")

	SearchTime       = add("SearchTime", "Milliseconds", "How long the index took for a page of the list, without the audit log.")
	SearchPages      = add("SearchPages", "Count", "A page of the list was given.")
	SearchIncomplete = add("SearchIncomplete", "Count", "A page of the list ended early, since its reading would have cost too much.")

	RangesIssued = add("RangesIssued", "Count", "Signed ranges of recordings, of segments and of transcripts, that were given at once.")

	ExportsStarted = add("ExportsStarted", "Count", "A job was started.")
	ExportsReady   = add("ExportsReady", "Count", "A job's file is ready.")
	ExportsFailed  = add("ExportsFailed", "Count", "A job has failed for good.")

	AuditFailed  = add("AuditFailed", "Count", "An entry could not be written to the audit log; what it announced was not done.")
	EventsFailed = add("EventsFailed", "Count", "An event could not be put on the bus and is lost; what it tells of was done.")
)

// All are the metrics in the order of the documentation.
var All []Metric

func add(name, unit, says string) Metric {
	m := Metric{name, unit, says}
	All = append(All, m)
	return m
}
