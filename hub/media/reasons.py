"""Words why a file cannot be had. Imports little: the web process, which loads no flows, says it too."""

FILE = "file_"  # how the codes of messages begin that failed for their files

REASONS = {
    "too_large": "it is too large",
    "empty": "it is empty",
    "blocked_address": "it lies at an address that is not public",
    "not_found": "it is no longer there",
    "gone": "it is no longer there",
    "forbidden": "we were not let in",
    "too_slow": "it could not be fetched in time",
    "external_file": "it is only a link to another service",
    "erased": "it was removed",
    "expired": "it is no longer kept",
}


def reason(code: str) -> str:
    """Says why a file cannot be had, for people."""
    return REASONS.get(code) or f"fetching it failed ({code})"
