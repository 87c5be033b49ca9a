import assert from "node:assert/strict";

/** Calls AWS's JSON protocol of the emulator, which looks at no signature. */
export async function aws(service, version, target, body) {
  const answer = await fetch(process.env.AWS_ENDPOINT_URL, {
    method: "POST",
    headers: {
      "Content-Type": `application/x-amz-json-${version}`,
      "X-Amz-Target": target,
      "X-Amz-Date": "20261124T000000Z",
      Authorization: `AWS4-HMAC-SHA256 Credential=${process.env.AWS_ACCESS_KEY_ID}/20261124/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=0`,
    },
    body: JSON.stringify(body),
  });
  const text = await answer.text();
  assert.equal(answer.status, 200, `${target}: ${text}`);
  return text ? JSON.parse(text) : {};
}
