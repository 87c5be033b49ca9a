// What the stack tells an event bus, from the functions through the emulator's EventBridge to a queue.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { aws } from "./aws.mjs";
import { day, eventually, localstack, push, root, url } from "./browser.mjs";

const events = (action, body) => aws("events", "1.1", `AWSEvents.${action}`, body);
const sqs = (action, body) => aws("sqs", "1.0", `AmazonSQS.${action}`, body);

/** Breaks of a schema's `required`, `additionalProperties`, `type`, `pattern`, `const` and `enum`, which are all that ours say. */
function breaks(schema, value, at = "detail") {
  const types = [schema.type ?? []].flat();
  const is = {
    object: (v) => typeof v === "object" && v !== null,
    string: (v) => typeof v === "string",
    integer: Number.isInteger,
    null: (v) => v === null,
  };
  const found = [];
  if (types.length > 0 && !types.some((type) => (is[type] ?? ((v) => typeof v === type))(value))) found.push(`${at} is no ${types}`);
  if ("const" in schema && value !== schema.const) found.push(`${at} is not ${schema.const}`);
  if (schema.enum && !schema.enum.includes(value)) found.push(`${at} is none of ${schema.enum}`);
  if (schema.pattern && !new RegExp(schema.pattern).test(value)) found.push(`${at} is not like ${schema.pattern}`);
  for (const name of schema.required ?? []) if (!(name in value)) found.push(`${at}.${name} is missing`);
  for (const name of Object.keys(schema.properties ? value : {}))
    found.push(
      ...(name in schema.properties
        ? breaks(schema.properties[name], value[name], `${at}.${name}`)
        : [`${at}.${name} is not in the schema`]),
    );
  return found;
}

test("the bus is told what is archived, opened and exported, as the schemas say", async () => {
  const { QueueUrl } = await sqs("CreateQueue", { QueueName: "listener" });
  const { Attributes } = await sqs("GetQueueAttributes", { QueueUrl, AttributeNames: ["QueueArn"] });
  await events("PutRule", { Name: "all", EventPattern: JSON.stringify({ source: ["tapedeck"] }) });
  await events("PutTargets", { Rule: "all", Targets: [{ Id: "1", Arn: Attributes.QueueArn }] });
  const heard = [];
  const listen = async () => {
    const { Messages = [] } = await sqs("ReceiveMessage", { QueueUrl, MaxNumberOfMessages: 10 });
    for (const m of Messages) {
      heard.push(JSON.parse(m.Body));
      await sqs("DeleteMessage", { QueueUrl, ReceiptHandle: m.ReceiptHandle });
    }
  };
  const hear = (type, id) =>
    eventually(async () => {
      await listen();
      const found = heard.find((e) => e["detail-type"] === type && e.detail.sessionId === id);
      assert.ok(found, `${type} of ${id} among ${JSON.stringify(heard)}`);
      assert.equal(found.source, "tapedeck");
      assert.deepEqual(breaks(JSON.parse(readFileSync(`${root}docs/events/${type}.schema.json`, "utf8")), found.detail), []);
      return found.detail;
    });

  const flags = ["--action-at", `${day(4)}T10:00:00Z`, "--name", 'Told "so"', "--gateway", "e2e-events"];
  const id = push(`${root}testdata/recordings/cast/cast-less.cast`, flags);
  const archived = await hear("archived", id);
  assert.deepEqual([archived.gateway, archived.name, archived.reason], ["e2e-events", 'Told "so"', ""]);
  assert.ok(archived.durationMs > 0 && archived.sizeBytes > 0);

  const token = localstack("token", "exporter");
  const ask = async (method, path, body) => {
    const answer = await fetch(`${url}/api/v1${path}`, {
      method,
      headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
      body: body && JSON.stringify(body),
    });
    assert.ok(answer.ok, `${path}: ${answer.status}`);
    return answer.json();
  };
  await ask("GET", `/sessions/${id}/playback`);
  const opened = await hear("opened", id);
  assert.equal(opened.person.subject, "local-exporter");
  const passphrase = "vivid-otter-canyon-plume-ledger-frost";
  const { exportId } = await ask("POST", `/sessions/${id}/exports`, { passphrase });
  const exported = await hear("exported", id);
  assert.deepEqual([exported.exportId, exported.encrypted, exported.person.email], [exportId, true, "eli.exporter@example.test"]);

  const told = JSON.stringify(heard);
  for (const secret of [passphrase, token, "X-Amz-", "http"]) assert.ok(!told.includes(secret), secret);
  assert.equal(heard.filter((e) => e["detail-type"] === "archived" && e.detail.sessionId === id).length, 1);
});

test("the functions' logs are lines of JSON, and what is counted is among them", async () => {
  const logs = (action, body) => aws("logs", "1.1", `Logs_20140328.${action}`, body);
  await eventually(async () => {
    const { logGroups } = await logs("DescribeLogGroups", {});
    const counted = new Set();
    let lines = 0;
    for (const { logGroupName } of logGroups) {
      const { events: found } = await logs("FilterLogEvents", { logGroupName });
      for (const { message } of found) {
        if (/^(START|END|REPORT) RequestId: /.test(message)) continue; // the emulator's
        const line = JSON.parse(message);
        lines++;
        for (const { Namespace, Dimensions, Metrics } of line._aws?.CloudWatchMetrics ?? []) {
          assert.deepEqual([Namespace, Dimensions], ["Tapedeck", [["Function"]]]);
          assert.match(line.Function, /Function-/);
          for (const { Name } of Metrics) {
            assert.equal(typeof line[Name], "number", message);
            counted.add(Name);
          }
        }
      }
    }
    const wanted = ["ColdStarts", "Archived", "ArchivedBytes", "ArchivedSeconds", "RangesIssued", "ExportsStarted", "ExportsReady"];
    assert.deepEqual(
      wanted.filter((name) => !counted.has(name)),
      [],
      `${lines} lines`,
    );
    assert.ok(!counted.has("EventsFailed") && !counted.has("AuditFailed"), [...counted].join());
  });
});
