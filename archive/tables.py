"""The catalog's tables (SQLAlchemy Core). Times are ISO 8601 text, lists JSON text: the same in every database."""

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, MetaData, String, Table, Text

# The head of migrations/versions: a database at this revision needs no Alembic to open.
REVISION = "0006"

metadata = MetaData()

# --- archive tables: rebuilt from files and ledger by `reindex` ---

articles = Table(
    "articles",
    metadata,
    Column("url_key", String, primary_key=True),
    Column("url", Text, nullable=False),
    Column("source", String, nullable=False),
    Column("path", Text, nullable=False),
    Column("path_key", String, nullable=False, unique=True),
    Column("sha256", String, nullable=False),
    Column("text_key", String),
    Column("title", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("time", String, nullable=False),
    Column("shown_at", String, nullable=False),  # the moment behind `time`, UTC
    Column("time_from", String, nullable=False),
    Column("title_from", String, nullable=False),
    Column("published_at", String),  # as stated, with its offset
    Column("modified_at", String),
    Column("authors", Text, nullable=False),
    Column("tags", Text, nullable=False),
    Column("language", String),
    Column("summary", Text),
    Column("image", Text),
    Column("snapshot", Text),
    Column("licence", Text),
    Column("identifier", Text),
    Column("publisher", Text),
    Column("zone", String, nullable=False),
    Column("read_from", String, nullable=False),
    Column("fetched_at", String, nullable=False),
    Column("by_hand", Integer, nullable=False),  # 1: edited or put there by a person; never overwritten
    Column("removed", Integer, nullable=False),  # 1: a person deleted the file
    Column("reader", String),  # the reader's version that read the page
    Column("revised_at", String),  # when the publisher's last change was seen
    Index("articles_text_key", "text_key"),
    Index("articles_source", "source", "shown_at"),
)

# Another URL, or an earlier path, of an article.
aliases = Table(
    "aliases",
    metadata,
    Column("kind", String, primary_key=True),  # url | path
    Column("key", String, primary_key=True),
    Column("spelling", Text, nullable=False),
    Column("url_key", String, nullable=False, index=True),
)

urls = Table(
    "urls",
    metadata,
    Column("url_key", String, primary_key=True),
    Column("url", Text, nullable=False),
    Column("source", String, nullable=False),
    Column("state", String, nullable=False),
    Column("reason", Text, nullable=False),
    Column("found_by", Text, nullable=False),
    Column("title", Text),
    Column("published_at", String),  # as the feed or list states it
    Column("discovered_at", String, nullable=False),
    Column("changed_at", String, nullable=False),
    Index("urls_source_state", "source", "state", "changed_at"),
)

# Every way in which a URL was found; `urls.found_by` is the first of them.
ways = Table(
    "ways",
    metadata,
    Column("url_key", String, primary_key=True),
    Column("way", String, primary_key=True),
    Column("found_at", String, nullable=False),
)

# Earlier texts of an article, the oldest is number 1; their files lie in `.versions` beside the article's year.
versions = Table(
    "versions",
    metadata,
    Column("url_key", String, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("path", Text, nullable=False),
    Column("sha256", String, nullable=False),
    Column("text_key", String),
    Column("title", Text, nullable=False),
    Column("fetched_at", String, nullable=False),  # when this text was read
    Column("replaced_at", String, nullable=False),
    Column("change", String, nullable=False),  # what the next text changed: its classes, joined with blanks
    Column("flips", Integer, nullable=False),  # how often this text came back
)

# What an article is to another one, short of being the same: excerpt | contains | related.
links = Table(
    "links",
    metadata,
    Column("url_key", String, primary_key=True),
    Column("of_key", String, primary_key=True),
    Column("kind", String, nullable=False),
)

# Pictures kept for articles.
assets = Table(
    "assets",
    metadata,
    Column("url_key", String, primary_key=True),
    Column("image_url", Text, primary_key=True),
    Column("path", Text, nullable=False),
    Column("sha256", String, nullable=False),
)

# The last ledger line these tables hold; one row. `archive_id` is the first line's id.
position = Table(
    "ledger_position",
    metadata,
    Column("archive_id", String, primary_key=True),
    Column("day", String, nullable=False),
    Column("offset", Integer, nullable=False),
    Column("digest", String, nullable=False),
    Column("event_id", String, nullable=False),
)

# --- derived tables: rebuilt from the articles' texts and from the snapshots ---

# Articles whose text is still to be sketched: written with the article's row, so that none is forgotten.
unsketched = Table("unsketched", metadata, Column("url_key", String, primary_key=True))

sketches = Table(
    "sketches",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("url_key", String, nullable=False, unique=True),
    Column("version", Integer, nullable=False),  # of folding and grams
    Column("gram", Integer, nullable=False),
    Column(
        "fingerprints", LargeBinary, nullable=False
    ),  # 8 bytes each: which rows of the next table are its own
)

fingerprints = Table(
    "fingerprints",
    metadata,
    Column("hash", BigInteger, primary_key=True, autoincrement=False),
    Column("sketch", Integer, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)

DERIVED_TABLES = (unsketched, sketches, fingerprints)

# Where each stored response lies; rebuilt from the WARC files.
snapshots = Table(
    "snapshots",
    metadata,
    Column("record_id", String, primary_key=True),  # WARC-Record-ID, less its brackets
    Column("url_key", String, nullable=False),
    Column("url", Text, nullable=False),
    Column("file", Text, nullable=False),  # POSIX, relative to the archive
    Column("offset", Integer, nullable=False),
    Column("length", Integer, nullable=False),
    Column("at", String, nullable=False),
    Column("status", Integer, nullable=False),
    Column("digest", String, nullable=False),  # of the payload
    Column("kind", String, nullable=False),  # response | revisit | conversion
    Index("snapshots_url_key", "url_key", "at"),
    Index("snapshots_digest", "digest"),
    Index("snapshots_at", "at", "file", "offset"),
    Index("snapshots_file", "file", "offset"),
)

# How far each WARC file is in `snapshots`: where its size is another one, it is read anew.
snapshot_files = Table(
    "snapshot_files",
    metadata,
    Column("file", String, primary_key=True),
    Column("size", BigInteger, nullable=False),
)

ARCHIVE_TABLES = (articles, aliases, urls, ways, versions, links, assets, position)
