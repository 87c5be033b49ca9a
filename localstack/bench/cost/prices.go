// Package cost counts what AWS is asked for, and says what that costs.
package cost

// Unit is something that AWS charges for.
type Unit string

const (
	LambdaRequest Unit = "Lambda: requests"
	LambdaTime    Unit = "Lambda: GB-seconds (arm64)"
	APIRequest    Unit = "API Gateway: REST requests"
	WriteUnit     Unit = "DynamoDB: write units"
	ReadUnit      Unit = "DynamoDB: read units"
	TableStorage  Unit = "DynamoDB: GB-months"
	TableBackup   Unit = "DynamoDB: GB-months of point-in-time recovery"
	S3Put         Unit = "S3: PUT, COPY, POST, LIST"
	S3Get         Unit = "S3: GET and others"
	S3Storage     Unit = "S3: GB-months (Standard)"
	TransferOut   Unit = "Transfer to the Internet: GB"
	KMSRequest    Unit = "KMS: requests"
	KMSKey        Unit = "KMS: key-months"
	SQSRequest    Unit = "SQS: requests"
	LogData       Unit = "CloudWatch Logs: GB taken in"
	Metric        Unit = "CloudWatch: metric-months"
	Alarm         Unit = "CloudWatch: alarm-months"
	Dashboard     Unit = "CloudWatch: dashboard-months"
	Trace         Unit = "X-Ray: traces"
	Secret        Unit = "Secrets Manager: secret-months"
)

// PricesOf is the day of Prices: AWS changes them now and then, and nothing here looks.
const PricesOf = "2026-11-29"

// Region is the region of Prices.
const Region = "us-east-1"

// Price is what so many of a unit cost.
type Price struct {
	Unit    Unit
	Dollars float64
	Per     float64
}

// Prices are AWS's list prices in US dollars, entered by hand: the first step where a price falls with the amount,
// before free tiers, discounts and taxes.
var Prices = []Price{
	{LambdaRequest, 0.20, 1e6},
	{LambdaTime, 0.0000133334, 1},
	{APIRequest, 3.50, 1e6},
	{WriteUnit, 0.625, 1e6},
	{ReadUnit, 0.125, 1e6},
	{TableStorage, 0.25, 1},
	{TableBackup, 0.20, 1},
	{S3Put, 0.005, 1e3},
	{S3Get, 0.0004, 1e3},
	{S3Storage, 0.023, 1},
	{TransferOut, 0.09, 1},
	{KMSRequest, 0.03, 1e4},
	{KMSKey, 1.00, 1},
	{SQSRequest, 0.40, 1e6},
	{LogData, 0.50, 1},
	{Metric, 0.30, 1},
	{Alarm, 0.10, 1},
	{Dashboard, 3.00, 1},
	{Trace, 5.00, 1e6},
	{Secret, 0.40, 1},
}
