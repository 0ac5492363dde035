"""Ways to lay out a page around an article, each with what sites put around one."""

from tests.text_pages import CHINESE, Story, other_than, page


def blog(story: Story) -> str:
    return page(
        story,
        f'<main><article><h1>{story.title}</h1><div class="entry-content">{story.text}</div></article></main>',
    )


def bare_breaks(story: Story) -> str:
    """As pages of 2013 were: text in one element, parted by line breaks."""
    text = "<br><br>\n".join(story.paragraphs)
    return page(
        story,
        f'<div id="wrap"><div id="left"><h1>{story.title}</h1><div id="content">{text}</div></div>'
        f'<div id="right"><h3>{story.related}</h3><ul>{story.teasers()}</ul></div></div>',
    )


def bare_divs(story: Story) -> str:
    text = "".join(f"<div>{one}</div>" for one in story.paragraphs)
    return page(story, f'<div class="wrap"><h1>{story.title}</h1><div class="text">{text}</div></div>')


def with_teasers(story: Story) -> str:
    return page(
        story,
        f'<main><article class="post"><h1>{story.title}</h1><div class="post-body">{story.text}</div></article>'
        f'<section class="related"><h2>{story.related}</h2><ul>{story.teasers(9)}</ul></section></main>',
    )


def with_comments(story: Story) -> str:
    comments = (
        "".join(
            f'<li class="comment"><div class="comment-author"><b>{name}</b> <a href="#">2026-09-1{number}</a></div>'
            f'<div class="comment-body"><p>{text}</p></div><a class="reply" href="#">{story.reply}</a></li>'
            for number, (name, text) in enumerate(
                zip(("Wren_77", "old.miller", "Pip"), story.paragraphs[::-1], strict=False)
            )
        )
        .replace("barometer", "thing")
        .replace("Barometer", "Ding")
        .replace("气压计", "东西")
        .replace("気圧計", "もの")
    )
    return page(
        story,
        f'<main><article><h1>{story.title}</h1><div class="entry-content">{story.text}</div></article>'
        f'<section id="comments" class="comments"><h2>3 {story.comments}</h2><ol>{comments}</ol></section></main>',
    )


def with_cookie_dialog(story: Story) -> str:
    dialog = (
        f'<div id="cookie-banner" class="cookie-consent" role="dialog"><h2>Cookies</h2><p>{story.cookies}. {story.cookies}.</p>'
        f'<button>{story.agree}</button><a href="/privacy">{story.agree}</a></div>'
    )
    return page(story, f"{dialog}<main><article><h1>{story.title}</h1>{story.text}</article></main>")


def with_newsletter(story: Story) -> str:
    box = (
        f'<aside class="newsletter-signup"><h3>{story.letter}</h3><p>{story.letter}!</p><form><label>Email</label><input>'
        f"<button>{story.agree}</button></form></aside>"
    )
    text = [f"<p>{one}</p>" for one in story.paragraphs]
    return page(
        story,
        f'<main><article><h1>{story.title}</h1><div class="article-body">{"".join(text[:3])}{box}{"".join(text[3:])}</div></article></main>',
    )


def two_articles(story: Story) -> str:
    """The page's own, and the next, as pages that scroll without end have."""
    return page(
        story,
        "<main>"
        + "".join(
            f'<article class="article"><h1>{one.title}</h1><div class="article-content">{one.text}</div></article>'
            f'<section class="related"><ul>{one.teasers(12)}</ul></section>'
            for one in (story, other_than(story))
        )
        + "</main>",
    )


def portal(story: Story) -> str:
    """A portal of the kind of 2012: tables, lists of ranks on every side, an editor below the text."""
    ranks = "".join(
        f'<li><em>{number}</em><a href="/{number}">{story.more}{number}</a></li>' for number in range(1, 11)
    )
    editor = "责任编辑：李海" if story is CHINESE else f"Kestrel/{story.home}"
    return page(
        story,
        f'<div class="area clearfix"><div class="left"><h1 id="artibodyTitle">{story.title}</h1>'
        f'<div class="artInfo"><span>2012-09-13 08:12</span> <span>Kestrel</span></div><div id="artibody">{story.text}</div>'
        f'<p class="editor">{editor}</p><div class="share"><a href="#">QQ</a><a href="#">{story.reply}</a></div></div>'
        f'<div class="right"><div class="rank"><h2>{story.related}</h2><ol>{ranks}</ol></div>'
        f'<div class="rank"><h2>{story.more}</h2><ol>{ranks}</ol></div></div></div>',
    )


def with_long_comments(story: Story) -> str:
    """A talk longer than what it is about."""
    other = other_than(story)
    comments = "".join(
        f'<div class="comment"><span class="comment-author">user{number}</span><p>{other.paragraphs[number % 6]}</p>'
        f'<p>{other.paragraphs[(number + 1) % 6]}</p><a href="#">{story.reply}</a></div>'
        for number in range(20)
    )
    return page(
        story,
        f'<main><article><h1>{story.title}</h1><div class="entry-content">{story.text}</div></article>'
        f'<section id="comments"><h2>20 {story.comments}</h2>{comments}</section></main>',
    )


def with_link_inside(story: Story) -> str:
    """A box with another article's headline between two paragraphs."""
    box = f'<div class="related-inline"><span>{story.related}</span> <a href="/5"><img src="/5.jpg"> {story.more} 5</a></div>'
    text = [f"<p>{one}</p>" for one in story.paragraphs]
    return page(
        story,
        f'<div id="page"><div class="story"><h1>{story.title}</h1><div class="story-text">{"".join(text[:4])}{box}{"".join(text[4:])}</div></div></div>',
    )


def with_biography(story: Story) -> str:
    return page(
        story,
        f'<main><article><h1>{story.title}</h1><div class="byline">Odile M. | 2026-09-01</div><div class="text">{story.text}</div></article>'
        f'<div class="author-bio"><img src="/o.jpg"><h4>Odile M.</h4><p>{other_than(story).paragraphs[5]}</p></div></main>',
    )


def table_layout(story: Story) -> str:
    """As pages of 2003 were: a table whose cells are the columns, and paragraphs that nobody closed."""
    links = "".join(f"<a href=/{number}>{story.more}{number}</a><br>" for number in range(12))
    text = "<p>".join(story.paragraphs)
    return page(
        story,
        f"<table width=100%><tr><td width=150 valign=top>{links}</td><td><font size=5><b>{story.title}</b></font><p>{text}</td>"
        f"<td>{links}</td></tr></table>",
    )


def without_names(story: Story) -> str:
    """As a program writes them: elements in elements, none with a name."""
    text = "".join(f"<div><div><span>{one}</span></div></div>" for one in story.paragraphs)
    cards = "".join(
        f"<div><a href=/{number}><div>{story.more} {number}</div></a></div>" for number in range(8)
    )
    return page(
        story, f"<div><div><div><h1>{story.title}</h1></div><div>{text}</div></div><div>{cards}</div></div>"
    )


def with_excerpts_first(story: Story) -> str:
    """A column of other articles' beginnings before the article."""
    other = other_than(story)
    excerpts = "".join(
        f'<div class="widget-item"><a href="/{number}"><h4>{other.title}</h4></a><p>{text}</p></div>'
        for number, text in enumerate(other.paragraphs)
    )
    return page(
        story,
        f'<div class="row"><div class="col-4 sidebar"><h3>{story.related}</h3>{excerpts}</div>'
        f'<div class="col-8"><h1>{story.title}</h1><div class="content">{story.text}</div></div></div>',
    )


def in_two_parts(story: Story) -> str:
    """Two elements of text with an advertisement between them."""
    text = [f"<p>{one}</p>" for one in story.paragraphs]
    return page(
        story,
        f'<main><article><h1>{story.title}</h1><div class="body part1">{"".join(text[:3])}</div>'
        f'<div class="ad-slot"><span>Advertisement</span></div><div class="body part2">{"".join(text[3:])}</div></article></main>',
    )


def thread(story: Story) -> str:
    """A forum's thread: the first post is the article, parted by line breaks; the others answer it."""
    posts = "".join(
        f'<div id="post_{number}"><table class="plhin"><tr><td class="pls"><div class="authi"><a href="/u{number}">user{number}</a></div></td>'
        f'<td class="t_f" id="postmessage_{number}">{text}</td></tr></table></div>'
        for number, text in enumerate(["<br>".join(story.paragraphs), *other_than(story).paragraphs])
    )
    return page(story, f'<h1>{story.title}</h1><div id="postlist">{posts}</div>')


LAYOUTS = (
    blog, bare_breaks, bare_divs, with_teasers, with_comments, with_cookie_dialog, with_newsletter, two_articles, portal,
    with_long_comments, with_link_inside, with_biography, table_layout, without_names, with_excerpts_first, in_two_parts, thread,
)  # fmt: skip
