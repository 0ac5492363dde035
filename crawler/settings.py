"""Scrapy's settings. Each override says why; everything else is Scrapy's default."""

from importlib.metadata import PackageNotFoundError, version
from typing import Any

from crawler.config import Settings

BOT_NAME = "broadsheet"

# One spider from each recipe; there are no modules of spiders to walk.
SPIDER_LOADER_CLASS = "crawler.spider_loader.RecipeLoader"

# The daemon's scheduler, its signals and our own waiting are asyncio; this reactor shares their loop.
TWISTED_REACTOR = "twisted.internet.asyncioreactor.AsyncioSelectorReactor"
# Scrapy follows names into private networks; this resolver leaves such addresses out.
TWISTED_DNS_RESOLVER = "crawler.middlewares.resolver.PublicResolver"

DOWNLOADER_MIDDLEWARES = {
    # Before robots.txt is asked for: an address that is refused gets no request at all.
    "crawler.middlewares.guard.AddressGuard": 20,
    # What a site packed is unpacked within bounds, or stays packed.
    "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": None,
    "crawler.middlewares.compression.BoundedCompression": 590,
    # In the place of Scrapy's, which crawls on where robots.txt answers 5xx.
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "crawler.middlewares.robots.RobotsRules": 100,
    # After everything that may still change the URL, and the first to see an answer.
    "crawler.middlewares.politeness.Politeness": 800,
    # Nearest to the wire: what is kept of a page is what came.
    "crawler.middlewares.capture.Capture": 900,
    # Before a reply reaches it, it was unpacked (590) and is no redirect (600) and nothing to ask again (550).
    "crawler.middlewares.rendering.Rendering": 540,
}
ITEM_PIPELINES = {
    "crawler.pipelines.ArchivePipeline": 100,
    # After it: an article never waits for its pictures.
    "crawler.pictures.PicturePipeline": 200,
}

# What the manners go by; a test's own stands still.
CLOCK = "crawler.politeness.clock.utc_now"
# A site's rules hold for us; the token is what a robots.txt would name.
ROBOTSTXT_OBEY = True
ROBOTSTXT_USER_AGENT = "Broadsheet"
# Without it a page could be anybody's.
DOWNLOAD_VERIFY_CERTIFICATES = True
# Only the web is crawled: a `file:` URL in a feed would read the user's disk. The handler looks at whom it connects
# to, and bounds the heads of replies.
DOWNLOAD_HANDLERS = {
    "http": "crawler.middlewares.bounds.BoundedHandler",
    "https": "crawler.middlewares.bounds.BoundedHandler",
    "data": None,
    "file": None,
    "ftp": None,
    "s3": None,
}
# The longest article page seen is under 3 MB; Scrapy would take 1 GB.
DOWNLOAD_MAXSIZE = 10 * 1024 * 1024
DOWNLOAD_WARNSIZE = 0
# Three minutes of silence from one server would hold up everything behind it. It is the time of the whole download.
DOWNLOAD_TIMEOUT = 30

# One request at a time to a domain. What is queued in a slot is still downloaded when a crawl is told to stop, so
# little may be queued.
CONCURRENT_REQUESTS_PER_DOMAIN = 1
CONCURRENT_REQUESTS = 2
# The browser of such pages is ours to start and to kill.
PLAYWRIGHT_BROWSER_PROVIDER = "crawler.rendering.browser.LeashedChromium"
# A delay is the least that is kept; Scrapy would halve it at times.
DOWNLOAD_DELAY_JITTER = 0
# The default of 100 costs 40 % of CPU.
CONCURRENT_ITEMS = 4
# In the order of the feed; Scrapy's default is the latest first.
SCHEDULER_MEMORY_QUEUE = "scrapy.squeues.FifoMemoryQueue"

# 429 and 503 mean "not now" on the sites we know: that is a state, tried again by a later crawl.
RETRY_HTTP_CODES = [500, 502, 504, 408, 522, 524]
# Not what took too long: asked for thrice, a page that drips would take thrice as long. A later crawl asks again.
RETRY_EXCEPTIONS = [
    "scrapy.exceptions.CannotResolveHostError",
    "scrapy.exceptions.DownloadConnectionRefusedError",
    "scrapy.exceptions.DownloadFailedError",
    "scrapy.exceptions.ResponseDataLossError",
    "twisted.internet.error.ConnectionDone",
    "twisted.internet.error.ConnectError",
    "twisted.internet.error.ConnectionLost",
    "scrapy.core.downloader.handlers.http11.TunnelError",
]
# Every URL that fails is in the report with its reason.
RETRY_GIVE_UP_LOG_LEVEL = "DEBUG"
REDIRECT_MAX_TIMES = 10
# Check pages reload themselves for ever; reading judges them as they are.
METAREFRESH_ENABLED = False
# Reading judges every status: a deleted or blocked page is a state, not an error.
HTTPERROR_ALLOW_ALL = True

# Nothing of ours needs a session, and the jar asks the network for a list of domains.
COOKIES_ENABLED = False
# Neither a console nor a control port is left open on the user's machine.
TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False
# All of Scrapy's but these two and the export, which we don't use: one that is switched off is imported all the same,
# and the control port's HTTP library takes a sixth of a second.
EXTENSIONS_BASE = {
    f"scrapy.extensions.{name}": 0
    for name in (
        *("corestats.CoreStats", "logcount.LogCount", "memusage.MemoryUsage", "memdebug.MemoryDebugger"),
        *("closespider.CloseSpider", "logstats.LogStats", "spiderstate.SpiderState", "throttle.AutoThrottle"),
    )
}
# A reader of the log wants to see what came of the crawl, not every request.
LOG_LEVEL = "INFO"


def overrides(settings: Settings, language: str | None = None) -> dict[str, Any]:
    """What the user's own settings and the source's language make of Scrapy's."""
    accepted = f"{language},en;q=0.5" if language else "*"
    return {
        "USER_AGENT": user_agent(settings.contact),
        # Without any delay Scrapy sends what is queued at once, whatever the slot's concurrency (seen in 2.19).
        "DOWNLOAD_DELAY": max(settings.delay, 0.01),
        "REQUESTS_PER_CRAWL": settings.requests_per_crawl,
        "REQUESTS_PER_DAY": settings.requests_per_day,
        "ALLOW_NETWORKS": settings.allow_networks,
        "BROWSER": settings.browser,
        "PLAYWRIGHT_LAUNCH_OPTIONS": {"executable_path": settings.browser},
        "DEFAULT_REQUEST_HEADERS": {
            "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
            "Accept-Language": accepted,
        },
    }


def user_agent(contact: str | None) -> str:
    """Who we are, and where to complain."""
    try:
        number = version("broadsheet")
    except PackageNotFoundError:  # a checkout that was not installed
        number = "0"
    return f"Broadsheet/{number} (+{contact})" if contact else f"Broadsheet/{number}"
