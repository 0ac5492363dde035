"""RecipeLoader: Scrapy's list of spiders is the list of recipes."""

import os
from pathlib import Path
from typing import Self

from scrapy import Request
from scrapy.exceptions import UsageError
from scrapy.settings import BaseSettings
from scrapy.spiders import Spider

from crawler.config import ConfigError, Settings, load_settings
from crawler.source import RecipeError, Source, load_sources
from crawler.spiders import PageSpider, page_spider, spider_for

Names = list[str]  # within the class, `list` is what Scrapy calls


class RecipeLoader:
    """Makes spiders for `scrapy …`, from `broadsheet.toml` in the working folder and the environment.

    `page`, for any one article, can be loaded but is no source and so is not listed.
    """

    @classmethod
    def from_settings(cls, settings: BaseSettings) -> Self:
        return cls()

    def load(self, name: str) -> type[Spider]:
        settings, sources = self._read()
        if name == PageSpider.name:
            return page_spider(sources, settings)
        if name not in sources:
            raise UsageError(f"no source is named {name}; there are {', '.join(sources)}", print_help=False)
        return spider_for(sources[name], settings)

    def list(self) -> Names:
        return sorted(self._read()[1])

    def find_by_request(self, request: Request) -> Names:
        return [name for name, source in self._read()[1].items() if source.serves(request.url)]

    def _read(self) -> tuple[Settings, dict[str, Source]]:
        try:
            settings = load_settings(None, os.environ, Path.cwd())
            return settings, load_sources(settings.recipes)
        except (ConfigError, RecipeError) as error:
            raise UsageError(str(error), print_help=False) from error
