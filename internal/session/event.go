package session

// Act is what an audit entry says was done.
type Act string

const (
	ActList     Act = "list"     // a page of the list was given
	ActValues   Act = "values"   // values of a field were given as suggestions
	ActOpen     Act = "open"     // one session's row was given
	ActPlay     Act = "play"     // addresses of a recording were given
	ActKeys     Act = "keys"     // addresses of what was typed were given
	ActRefused  Act = "refused"  // something was asked for without the right to it
	ActConflict Act = "conflict" // a gateway sent a second manifest that says something else

	ActSettings        Act = "settings"         // the settings were changed: old and new values
	ActAudit           Act = "audit"            // a page of the audit log was given
	ActDownload        Act = "download"         // an address of an original was given
	ActExportRequested Act = "export requested" // a job was started
	ActExportReady     Act = "export ready"     // its file is complete
	ActExportGiven     Act = "export given"     // an address of its file was given
	ActExportFailed    Act = "export failed"
	ActExportCancelled Act = "export cancelled"
	ActExportExpired   Act = "export expired"
)

// Acts are all of them, in the order of the API's documentation.
var Acts = []Act{ActList, ActValues, ActOpen, ActPlay, ActKeys, ActRefused, ActConflict, ActSettings, ActAudit, ActDownload,
	ActExportRequested, ActExportReady, ActExportGiven, ActExportFailed, ActExportCancelled, ActExportExpired}

// Event is one entry of the audit log: who was given what. It is recorded before the act; without a record
// there is no act.
type Event struct {
	Action    Act
	Person    Person // zero for what no person did
	Gateway   string // for what a gateway did
	SessionID string
	RequestID string
	Detail    map[string]string
}
