"""What the emulator's IAM lacks to judge this project's policies as AWS does.

There is no TLS here, which the buckets' policies ask for, so every request counts as secure. KMS's
policies name the encryption context, which is filled in. Who reads or writes in a bucket that is
encrypted with a key needs rights on the key, which S3 uses in their name. What a role was refused is
a line in refused.jsonl, since a function may get over it in silence."""

import contextvars
import json
import os
import re

from ministack.core import iam_actions, iam_evaluator
from ministack.core.responses import get_account_id
from ministack.services import s3

request = contextvars.ContextVar("request", default=("GET", {}, b"", {}))
extract_resource_arn = iam_actions.extract_resource_arn
enforce = iam_evaluator.enforce


def remembered(service, method, path, headers, body, query_params, *rest, **named):
    request.set((method, headers, body, query_params))
    return extract_resource_arn(service, method, path, headers, body, query_params, *rest, **named)


def asked_of_kms(iam_action):
    """What S3 asks of a bucket's key (S3 User Guide, "Using server-side encryption with AWS KMS keys"; HeadObject,
    ChecksumMode: who only looks needs no key, unless for the checksum)."""
    method, headers, _, query_params = request.get()
    looks = method == "HEAD" and "x-amz-checksum-mode" not in {name.lower() for name in headers}
    if iam_action in ("s3:GetObject", "s3:GetObjectVersion") and not looks:
        return ["kms:Decrypt"]
    if iam_action == "s3:PutObject":
        return ["kms:GenerateDataKey", "kms:Decrypt"] if query_params.keys() & {"uploads", "uploadId"} else ["kms:GenerateDataKey"]
    return []


def recorded(access_key_id, iam_action, service, region, resource_arn="*", service_context=None):
    context = dict(service_context or {})
    if service == "kms":
        for key, value in (json.loads(request.get()[2] or b"{}").get("EncryptionContext") or {}).items():
            context["kms:EncryptionContext:" + key] = value
    result = enforce(access_key_id, iam_action, service, region, resource_arn, context)
    if service == "s3" and result is None:
        bucket = resource_arn.rpartition(":")[2].partition("/")[0]
        key = re.search("<KMSMasterKeyID>([^<]+)<", s3._bucket_encryption.get(bucket) or "")
        for kms_action in asked_of_kms(iam_action) if key else ():
            via = {"kms:ViaService": f"s3.{region}.amazonaws.com"}
            arn = key[1] if key[1].startswith("arn:") else f"arn:aws:kms:{region}:{get_account_id()}:key/{key[1]}"
            result = enforce(access_key_id, kms_action, "kms", region, arn, via)
            if result is not None:
                iam_action = kms_action
                break
    if isinstance(result, iam_evaluator.EvalResult):
        with open(os.path.join(os.environ["TMPDIR"], "refused.jsonl"), "a") as file:
            json.dump({"principal": result.principal_arn, "action": iam_action, "resource": resource_arn,
                       "statement": result.matched_sid}, file)
            file.write("\n")
    return result


def install():
    iam_evaluator.pin_request_origin = lambda ip, secure: iam_evaluator._request_origin.set((ip, True))
    iam_actions.extract_resource_arn = remembered
    iam_evaluator.enforce = recorded
