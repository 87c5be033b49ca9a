"""What the emulator's IAM lacks to judge this project's policies as AWS does.

There is no TLS here, which the buckets' policies ask for, so every request counts as secure. KMS's
policies name the encryption context, which is filled in. What a role was refused is a line in
refused.jsonl, since a function may get over it in silence."""

import contextvars
import json
import os

from ministack.core import iam_actions, iam_evaluator

body_of_request = contextvars.ContextVar("body_of_request", default=b"")
extract_resource_arn = iam_actions.extract_resource_arn
enforce = iam_evaluator.enforce


def remembered(service, method, path, headers, body, *rest, **named):
    body_of_request.set(body)
    return extract_resource_arn(service, method, path, headers, body, *rest, **named)


def recorded(access_key_id, iam_action, service, region, resource_arn="*", service_context=None):
    context = dict(service_context or {})
    if service == "kms":
        for key, value in (json.loads(body_of_request.get() or b"{}").get("EncryptionContext") or {}).items():
            context["kms:EncryptionContext:" + key] = value
    result = enforce(access_key_id, iam_action, service, region, resource_arn, context)
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
