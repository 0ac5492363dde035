"""BoundedCompression: what a site packed is unpacked within bounds, or left packed where a request wants that."""

from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Request, Response

from crawler.middlewares.bounds import BadReplyError

KEEP = "keep_compressed"  # the meta key of a request whose gzip is read as a stream, as a sitemap's

_MOST_LAYERS = 2
# Empty parts are unpacked at a second a megabyte: gzip's members, zstd's frames and its frames to skip.
_PARTS = (b"\x1f\x8b\x08", b"\x28\xb5\x2f\xfd", b"\x2a\x4d\x18")
_MOST_PARTS = 1_000


class BoundedCompression(HttpCompressionMiddleware):
    """Scrapy's own, which bounds the size of each layer (DOWNLOAD_MAXSIZE), but neither layers nor parts."""

    def process_request(self, request: Request) -> None:  # type: ignore[override]  # as Scrapy calls it now
        if request.meta.get(KEEP):
            request.headers["Accept-Encoding"] = b"gzip"
        super().process_request(request)

    def process_response(  # type: ignore[override]  # as Scrapy calls it now
        self, request: Request, response: Response
    ) -> Request | Response:
        layers = _layers(response)
        if request.meta.get(KEEP) and layers in ([b"gzip"], [b"x-gzip"]):
            kept = response.copy()
            del kept.headers["Content-Encoding"]  # so that nothing unpacks it later on
            return kept
        if len(layers) > _MOST_LAYERS:
            raise BadReplyError(f"the reply is packed {len(layers)} times over")
        try:
            return super().process_response(request, response)
        except IgnoreRequest as error:
            raise BadReplyError("the reply unpacks to more than may be") from error
        except BadReplyError:
            raise
        except Exception as error:  # each way of packing has errors of its own
            raise BadReplyError(f"the reply can't be unpacked: {error or type(error).__name__}") from error

    @staticmethod
    def _decode(body: bytes, encoding: bytes, max_size: int) -> bytes:
        if sum(body.count(mark) for mark in _PARTS) > _MOST_PARTS:
            raise BadReplyError("the reply is packed in too many parts")
        return HttpCompressionMiddleware._decode(body, encoding, max_size)


def _layers(response: Response) -> list[bytes]:
    named = b",".join(response.headers.getlist("Content-Encoding"))
    return [layer for part in named.split(b",") if (layer := part.strip().lower()) not in (b"", b"identity")]
