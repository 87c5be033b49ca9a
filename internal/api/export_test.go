package api

// Statuses are those of all codes, for tests.
var Statuses = status
