"""The operational tables: what is remembered between crawls. Not in the ledger; they start empty after a rebuild."""

from sqlalchemy import Column, Index, Integer, String, Table, Text

from archive.tables import metadata

retries = Table(
    "retries",
    metadata,
    Column("url_key", String, primary_key=True),
    Column("tries", Integer, nullable=False),
    Column("next_try_at", String, nullable=False),
)

runs = Table(
    "runs",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("source", String, nullable=False),
    Column("by", String, nullable=False),  # crawl | daemon | run-due
    Column("due_at", String),  # when it was to start; null where a person asked for it
    Column("started_at", String, nullable=False),
    Column("finished_at", String),
    Column("state", String, nullable=False),  # running | ok | failed | abandoned
    Column("report", Text, nullable=False),
    Index("runs_source", "source", "id"),
)

due = Table(
    "due",
    metadata,
    Column("source", String, primary_key=True),
    Column("next_at", String, nullable=False),
    Column("failures", Integer, nullable=False),
)

# Who holds what only one may hold: the daemon's place, and each source while it is crawled.
leases = Table(
    "leases",
    metadata,
    Column("name", String, primary_key=True),  # daemon | source:huxiu
    Column("holder", Text, nullable=False),  # JSON: who, so that a person can find it
    Column("since", String, nullable=False),
    Column("until", String, nullable=False),  # not renewed by then, it is free
)

# What a person asks of the running daemon.
orders = Table(
    "orders",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("verb", String, nullable=False),  # run | pause | resume | reload
    Column("source", String),
    Column("given_at", String, nullable=False),
    Column("done_at", String),
    Column("answer", Text),
    Index("orders_open", "done_at", "id"),
)

# Sources that a person stopped.
pauses = Table(
    "pauses",
    metadata,
    Column("source", String, primary_key=True),
    Column("since", String, nullable=False),
)

# What is wrong with a source, from the first sign to the all-clear.
alarms = Table(
    "alarms",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("source", String, nullable=False),  # empty: the archive or the machine
    Column("kind", String, nullable=False),  # silence | blocked | field | …
    Column("subject", String, nullable=False),  # the field, the way, the domain: what exactly; may be empty
    Column("cause", Text, nullable=False),  # one sentence for a person
    Column("since", String, nullable=False),  # the first bad time
    Column("raised_at", String, nullable=False),
    Column("told_at", String),
    Column("cleared_at", String),
    Column("clear_told_at", String),
    Index("alarms_source", "source", "id"),
    Index("alarms_open", "cleared_at", "id"),
)

# What is normal for a source, as learned from its crawls.
norms = Table(
    "norms",
    metadata,
    Column("source", String, primary_key=True),
    Column("learned", Text, nullable=False),  # JSON
)

# Single facts that outlive the daemon, like when the last summary was sent.
marks = Table(
    "marks",
    metadata,
    Column("name", String, primary_key=True),
    Column("value", Text, nullable=False),
)

# What a source's schedule has learned of when it publishes.
habits = Table(
    "habits",
    metadata,
    Column("source", String, primary_key=True),
    Column("learned", Text, nullable=False),  # JSON
)

# What is remembered of each discovery URL, so that asking again costs as little as can be.
polls = Table(
    "polls",
    metadata,
    Column("source", String, primary_key=True),
    Column("address", String, primary_key=True),  # the URL, and a form's digest after a blank
    Column("etag", Text),  # both validators byte for byte, as Latin-1
    Column("last_modified", Text),
    Column("body_hash", String),
    Column("items", Text, nullable=False),  # digests of what the last answer named
    Column("lastmod", String),  # what the sitemap index said of this sitemap when it was opened
    Column("conditional", Integer, nullable=False),  # conditional requests since the last plain one
    Column("caught", Integer, nullable=False),  # plain requests in a row that found what a 304 had denied
    Column("lies", Integer, nullable=False),  # 1: its validators are not to be trusted
    Column("asked_at", String, nullable=False),
    Column("changed_at", String),
    Column("overflowed_at", String),  # when an answer last shared no item with the one before
    Column("own_url", Text),  # rel=self
    Column("hub", Text),  # WebSub
    Column("answers", Text, nullable=False),  # the last ones
    Column("fresh_seconds", Integer),  # how long the last answer is good, as it says itself
)

# robots.txt as it was received, by host and scheme, and what came of asking for it since.
robots = Table(
    "robots",
    metadata,
    Column("origin", String, primary_key=True),  # https://example.org
    Column("fetched_at", String),  # of the body; null where none was ever received
    Column("status", Integer, nullable=False),
    Column("body", Text, nullable=False),
    Column("failures", Integer, nullable=False),  # in a row: 429 and 5xx
    Column("next_try_at", String),
    Column("reason", Text, nullable=False),
)

# What a registrable domain told us to heed, and what it was asked today.
domains = Table(
    "domains",
    metadata,
    Column("domain", String, primary_key=True),
    Column("rests_until", String),
    Column("reason", Text, nullable=False),
    Column("refusals", Integer, nullable=False),  # 403 and 429 in a row
    Column("day", String, nullable=False),  # UTC, of `requests`
    Column("requests", Integer, nullable=False),
)

# When an article is read again, and what is known of its page.
rereads = Table(
    "rereads",
    metadata,
    Column("url_key", String, primary_key=True),
    Column("source", String, nullable=False),
    Column("next_at", String, nullable=False),
    Column("step", Integer, nullable=False),  # on the age curve
    Column("unchanged", Integer, nullable=False),  # times in a row
    Column("etag", Text),
    Column("last_modified", Text),
    Index("rereads_due", "source", "next_at"),
)
