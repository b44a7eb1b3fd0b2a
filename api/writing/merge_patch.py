"""JSON Merge Patch, as of RFC 7396."""

from roles.documents.document import Json


def merged(target: Json, patch: Json) -> Json:
    """What becomes of a value by a patch: objects are merged, null takes a member away, all else is taken."""
    if not isinstance(patch, dict):
        return patch
    result = dict(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            result.pop(name, None)
        else:
            result[name] = merged(result.get(name), value)
    return result
