"""What is known of mail providers, as data: one YAML file each under ``data``, compiled into one file.

Find a provider, then judge single settings. Every judgement is a value that names the fact it stands on.
"""

from mailspec.providers.endpoints import documented, endpoint_fact, judge_endpoint, judge_host
from mailspec.providers.facts import Confidence, Fact, Verdict
from mailspec.providers.index import all_ids, by_id, by_login_domain, ids_and_aliases, match_host
from mailspec.providers.limits import judge_limits
from mailspec.providers.methods import judge_method
from mailspec.providers.near import near_host
from mailspec.providers.notices import Notice, notes, notices, region_note
from mailspec.providers.provider import Preset, Provider
from mailspec.providers.senders import judge_from
from mailspec.providers.shapes import judge_secret, judge_username
from mailspec.providers.wronghosts import WrongHost, wrong_host

__all__ = [
    "Confidence",
    "Fact",
    "Notice",
    "Preset",
    "Provider",
    "Verdict",
    "WrongHost",
    "all_ids",
    "by_id",
    "by_login_domain",
    "documented",
    "endpoint_fact",
    "ids_and_aliases",
    "judge_endpoint",
    "judge_from",
    "judge_host",
    "judge_limits",
    "judge_method",
    "judge_secret",
    "judge_username",
    "match_host",
    "near_host",
    "notes",
    "notices",
    "region_note",
    "wrong_host",
]
