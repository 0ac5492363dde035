"""HTML → Markdown, case by case: a page's mark-up and the file it should give."""

import time
from typing import NamedTuple

import pytest

from crawler.reading.markdown import to_markdown

BASE = "https://site.example/a/1.html"


class Case(NamedTuple):
    name: str
    page: str
    markdown: str


PARAGRAPHS = [
    Case("plain paragraphs", "<p>一段。</p>\n<p>二段。</p>", "一段。\n\n二段。"),
    Case("no tags at all", "First.\nStill first.\n\nSecond.", "First. Still first.\n\nSecond."),
    Case("bare text beside boxes", "一段<div><br></div><div>二段</div>三段", "一段\n\n二段\n\n三段"),
    Case("text parted by two breaks", "One.<br><br>Two.<br/>\n<br/>Three.", "One.\n\nTwo.\n\nThree."),
    Case("a single break is a line break", "<p>甲<br>乙</p>", "甲\\\n乙"),
    Case(
        "breaks at the edges are nothing", "<p><br>甲<br></p><p><br/></p><p>&nbsp;</p><p>乙</p>", "甲\n\n乙"
    ),
    Case(
        "a break before an indented line parts paragraphs",
        "　　甲。<br>　　乙。<br>&nbsp;&nbsp;丙",
        "甲。\n\n乙。\n\n丙",
    ),
    Case("a block in a line parts it", "<span>a<div>b</div>c</span>", "a\n\nb\n\nc"),
    Case("spans shown as blocks", '<span style="display: block">a</span><span>b</span>', "a\n\nb"),
    Case("unclosed paragraphs", "<p>a<p>b<div>c", "a\n\nb\n\nc"),
    Case("comments are not text", "<p>a<!-- no --><![endif]-->b</p>", "ab"),
    Case("nothing", " \n<div><p> </p></div>", ""),
]
WHITE_SPACE = [
    Case("runs fold", "<p> a \n\t b&nbsp;&nbsp;c　d </p>", "a b c d"),
    Case(
        "a line end between Chinese letters is no space",
        "<p>中文\n换行，\n“引”\nabc\n中</p>",
        "中文换行，“引” abc 中",
    ),
    Case("a typed space between Chinese letters stays", "<p>你好 世界</p>", "你好 世界"),
    Case("indentation goes", "<p>　　两格</p><p>&emsp;&emsp;两格</p>", "两格\n\n两格"),
    Case("zero-width characters go", "<p>a\u200bb\ufeffc&#8288;d&shy;e</p>", "abcde"),
    Case("joined emoji stay joined", "<p>👨\u200d👩\u200d👧</p>", "👨\u200d👩\u200d👧"),
    Case("controls go", "<p>a\x00b\x07c\x1bd\x7fe\u2028f\ud800g</p>", "abcde fg"),
    Case("what old pages mean by C1 controls", "<p>a &#150; \x93b\x94</p>", "a – “b”"),
    Case(
        "space between marks is marked only where both are",
        "<p><b>a </b><b> b</b> <i> c</i></p>",
        "**a b** *c*",
    ),
    Case("no space is lost at a tag", "<p>a <span>b</span>c<span> d</span></p>", "a bc d"),
]
ESCAPES = [
    Case("a number and a dot", "<p>1. 首先</p>", "1\\. 首先"),
    Case("a number and a dot without a space", "<p>2.业务方向</p>", "2.业务方向"),
    Case("a number and a bracket", "<p>12) x</p>", "12\\) x"),
    Case("a dash", "<p>- x</p><p>-x</p><p>+ x</p><p>* x</p>", "\\- x\n\n-x\n\n\\+ x\n\n\\* x"),
    Case("a hash", "<p># x</p><p>#x</p><p>C# x</p>", "\\# x\n\n#x\n\nC# x"),
    Case("an angle", "<p>&gt; x</p><p>x &gt; y</p>", "\\> x\n\nx > y"),
    Case("rules", "<p>---</p><p>***</p><p>_ _ _</p><p>--</p>", "\\---\n\n\\***\n\n\\_ _ _\n\n--"),
    Case("underlines", "<p>a<br>===<br>b<br>---</p>", "a\\\n\\===\\\nb\\\n\\---".replace("\\===\\", "===\\")),
    Case("later lines as lists", "<p>a<br>2. b<br>1. c<br>- d</p>", "a\\\n2. b\\\n1\\. c\\\n\\- d"),
    Case("a table's line", "<p>a|b<br>-|-</p>", "a|b\\\n\\-|-"),
    Case("fences", "<p>```x</p><p>~~~</p>", "\\```x\n\n\\~~~"),
    Case("tags", "<p>&lt;b&gt;x&lt;/b&gt; a&lt;b c &lt; d &lt;3</p>", "\\<b>x\\</b> a<b c < d <3"),
    Case(
        "references",
        "<p>&amp;lt; &amp;copy; &amp;x; AT&amp;T &amp;#65;</p>",
        "\\&lt; \\&copy; &x; AT&T \\&#65;",
    ),
    Case("emphasis", "<p>*a* A*B _a_ a_b_c __x__</p>", "\\*a\\* A\\*B \\_a\\_ a_b_c \\_\\_x\\_\\_"),
    Case("stars that are none", "<p>2 * 3 * 4，A*B</p>", "2 * 3 * 4，A*B"),
    Case("tildes", "<p>10~20元</p><p>10~20元，30~40元</p>", "10~20元\n\n10\\~20元，30\\~40元"),
    Case("backticks", "<p>a ` b</p><p>a `b` c</p>", "a ` b\n\na \\`b\\` c"),
    Case("links", "<p>[x](y) ![x](y) [1] a](b</p>", "\\[x](y) !\\[x](y) [1] a](b"),
    Case("definitions", "<p>[x]: /y</p><p>a [x]: /y</p>", "\\[x]: /y\n\na [x]: /y"),
    Case("backslashes", "<p>C:\\a \\* \\\\b \\</p>", "C:\\a \\\\* \\\\\\b \\"),
    Case("a backslash before a break", "<p>a\\<br>b</p>", "a\\\\\\\nb"),
    Case("a heading's end", "<h2># a ##</h2><h3>C#</h3><h3>#</h3>", "## # a \\##\n\n### C#\n\n### \\#"),
    Case("bare addresses", "<p>http://a.example/b_c?d=1&amp;e=2</p>", "http://a.example/b_c?d=1&e=2"),
    Case(
        "an exclamation mark before a link",
        '<p>好!<a href="/b">b</a></p>',
        "好\\![b](https://site.example/b)",
    ),
]
BLOCKS = [
    Case("headings", "<h1>一</h1><h3>二<br>三</h3><h6>四</h6>", "# 一\n\n### 二 三\n\n###### 四"),
    Case("headings are bold as they are", "<h2><strong>一</strong> <em>二</em></h2>", "## 一 *二*"),
    Case("empty headings", "<h2> <br></h2><h3><span></span></h3>x", "x"),
    Case(
        "a picture in a heading", '<h2><img src="/i.png">甲</h2>', "## 甲\n\n![](https://site.example/i.png)"
    ),
    Case("quotes", "<blockquote><p>a</p><p>b<br>c</p></blockquote><p>d</p>", "> a\n>\n> b\\\n> c\n\nd"),
    Case("quotes in quotes", "<blockquote>a<blockquote>b</blockquote></blockquote>", "> a\n>\n> > b"),
    Case("a heading's own address", '<h2>甲 <a href="#x">#</a></h2>', "## 甲"),
    Case("rules", "<hr>a<hr><hr>b<hr>", "a\n\n---\n\nb"),
    Case("definitions", "<dl><dt>甲</dt><dd>乙</dd></dl>", "**甲**\n\n乙"),
    Case("fold-outs", "<details><summary>更多</summary><p>内容</p></details>", "**更多**\n\n内容"),
    Case(
        "ruby, sup, sub, q, abbr",
        "<p><ruby>漢<rp>(</rp><rt>kan</rt><rp>)</rp></ruby>10<sup>2</sup> <q>x</q></p>",
        "漢102 “x”",
    ),
    Case("formulas", "<p><math><mi>x</mi><annotation>x^2</annotation></math></p>", "x^2"),
    Case("films", '<video poster="/p.jpg"><source src="/v.mp4"></video>', "https://site.example/v.mp4"),
]
LISTS = [
    Case("bullets", "<ul><li>a</li><li><p>b</p></li><li> </li></ul>", "- a\n- b"),
    Case("numbers from a start", '<ol start="9"><li>a<li>b</ol>', "9. a\n10. b"),
    Case("nested", "<ul><li>a<ol><li>b</li></ol></li><li>c</li></ul>", "- a\n  1. b\n- c"),
    Case("nested beside the items", "<ul><li>a</li><ul><li>b</li></ul><li>c</li></ul>", "- a\n  - b\n- c"),
    Case("several blocks in an item", "<ol><li><p>a</p><p>b</p></li><li>c</li></ol>", "1. a\n\n   b\n\n2. c"),
    Case(
        "a list that can't follow a line at once", '<ul><li>a<ol start="3"><li>b</ol></ul>', "- a\n\n  3. b"
    ),
    Case("code in an item", "<ul><li>a<pre>x\n\ny</pre></li></ul>", "- a\n\n  ```\n  x\n\n  y\n  ```"),
    Case(
        "tasks",
        '<ul><li><input type="checkbox" checked> a<li><input type="checkbox">b</ul>',
        "- [x] a\n- [ ] b",
    ),
    Case("no task", "<ul><li>[ ] a</li></ul>", "- \\[ ] a"),
    Case(
        "two lists in a row",
        "<ul><li>a</ul><ul><li>b</ul><ol><li>c</ol><ol><li>d</ol>",
        "- a\n\n* b\n\n1. c\n\n1) d",
    ),
    Case("items without a list", "<li>a</li><li>b</li>", "a\n\nb"),
    Case("a number in a bullet", "<ul><li>1. a</li></ul>", "- 1\\. a"),
]
CODE = [
    Case(
        "with a language",
        '<pre><code class="language-python">a = 1\n\n\tb</code></pre>',
        "```python\na = 1\n\n\tb\n```",
    ),
    Case("brush", '<pre class="brush: java; gutter: true">x;</pre>', "```java\nx;\n```"),
    Case("hljs", '<pre><code class="hljs css copyable">x</code></pre>', "```css\nx\n```"),
    Case(
        "data-lang", '<div class="highlight"><pre><code data-lang="go">x</code></pre></div>', "```go\nx\n```"
    ),
    Case("GitHub", '<div class="highlight highlight-source-shell"><pre>ls</pre></div>', "```shell\nls\n```"),
    Case("no language", '<pre class="language-plaintext">x</pre>', "```\nx\n```"),
    Case("fences in it", "<pre>```\nx\n````</pre>", "`````\n```\nx\n````\n`````"),
    Case(
        "what is special in text", "<pre>1. *a* &lt;b&gt; &amp;lt; \\</pre>", "```\n1. *a* <b> &lt; \\\n```"
    ),
    Case("breaks and edges", "<pre>\n\n  a<br>b  \n\n</pre>", "```\n  a\nb\n```"),
    Case(
        "a gutter in a table",
        '<table><tr><td class="gutter"><pre>1\n2</pre></td><td class="code"><pre>a\nb</pre></td></tr></table>',
        "```\na\nb\n```",
    ),
    Case(
        "a gutter in spans",
        '<pre><span class="lineno">1</span>a\n<span class="lineno">2</span>b</pre>',
        "```\na\nb\n```",
    ),
    Case(
        "lines as rows",
        "<pre><code><table><tr><td>a</td></tr>\n<tr><td>b</td></tr></table></code></pre>",
        "```\na\nb\n```",
    ),
    Case("lines as items", "<pre><ol><li>a</li><li>b</li></ol></pre>", "```\na\nb\n```"),
    Case("inline", "<p>用<code> a_b </code>和<kbd>Ctrl</kbd></p>", "用 `a_b` 和`Ctrl`"),
    Case(
        "inline with backticks",
        "<p><code>a`b</code> <code>`</code> <code>``</code></p>",
        "``a`b`` `` ` `` ` `` `",
    ),
    Case("inline beside inline", "<p><code>a</code><code>b</code></p>", "`ab`"),
    Case("inline over lines", "<code>a<br>b</code>", "```\na\nb\n```"),
    Case(
        "a whole article in it",
        '<pre><p>甲</p><img src="/i.png"></pre>',
        "甲\n\n![](https://site.example/i.png)",
    ),
]
TABLES = [
    Case(
        "with a header",
        "<table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2</td></tr></table>",
        "| a | b |\n| --- | --- |\n| 1 | 2 |",
    ),
    Case(
        "thead",
        "<table><thead><tr><td>a<td>b</thead><tbody><tr><td>1<td></tbody></table>",
        "| a | b |\n| --- | --- |\n| 1 |  |",
    ),
    Case(
        "a bold first row",
        "<table><tr><td><b>a</b><td><b>b</b><tr><td>1<td>2</table>",
        "| **a** | **b** |\n| --- | --- |\n| 1 | 2 |",
    ),
    Case(
        "without a header",
        "<table><tr><td>a<td>b<tr><td>1<td>2</table>",
        "|  |  |\n| --- | --- |\n| a | b |\n| 1 | 2 |",
    ),
    Case(
        "bars and breaks",
        "<table><tr><th>a|b<th><code>c|d</code><tr><td>1<br>2<td><p>3</p><p>4</p></table>",
        "| a\\|b | `c\\|d` |\n| --- | --- |\n| 1 2 | 3 4 |",
    ),
    Case(
        "no list in a cell",
        "<table><tr><th>1. a<th># b<tr><td>- c<td>d</table>",
        "| 1. a | # b |\n| --- | --- |\n| - c | d |",
    ),
    Case(
        "spans",
        '<table><tr><th>a<th>b<th>c<tr><td rowspan="2">1<td colspan="2">2<tr><td>3<td>4</table>',
        "| a | b | c |\n| --- | --- | --- |\n| 1 | 2 |  |\n|  | 3 | 4 |",
    ),
    Case(
        "a span beyond reason",
        '<table><tr><th colspan="99999">a<tr><td>1<td>2</table>',
        "| a |  |\n| --- | --- |\n| 1 | 2 |",
    ),
    Case(
        "a caption",
        "<table><caption>表1</caption><tr><th>a<th>b<tr><td>1<td>2</table>",
        "表1\n\n| a | b |\n| --- | --- |\n| 1 | 2 |",
    ),
    Case("one cell lays out", "<table><tr><td><p>甲</p><p>乙</p></td></tr></table>", "甲\n\n乙"),
    Case("one column lays out", "<table><tr><td>甲<tr><td>乙</table>", "甲\n\n乙"),
    Case(
        "blocks lay out",
        "<table><tr><td><h2>甲</h2><td>乙<tr><td>丙<td>丁</table>",
        "## 甲\n\n乙\n\n丙\n\n丁",
    ),
    Case(
        "tables in tables",
        "<table><tr><td>甲<table><tr><th>a<th>b<tr><td>1<td>2</table><td>乙</table>",
        "甲\n\n| a | b |\n| --- | --- |\n| 1 | 2 |\n\n乙",
    ),
    Case("a cell without a table", "<td id=article_content>甲<div>乙</div></td>", "甲\n\n乙"),
    Case(
        "empty rows and columns go",
        "<table><tr><th>a<th>b<th><tr><td><td><tr><td>1<td>2<td> </table>",
        "| a | b |\n| --- | --- |\n| 1 | 2 |",
    ),
]
LINKS = [
    Case("made absolute", '<a href="../b?c=d#e">x</a>', "[x](https://site.example/b?c=d#e)"),
    Case("without a scheme", '<a href="//other.example/">x</a>', "[x](https://other.example/)"),
    Case("scripts and data", '<a href="javascript:;">x</a><a href="data:text/html,y">y</a><a>z</a>', "xyz"),
    Case(
        "within the page",
        '<a href="#n1">[1]</a> <a href="1.html#n">n</a> <a href="2.html#n">m</a>',
        "[1] n [m](https://site.example/a/2.html#n)",
    ),
    Case("empty ones", '<p>a<a href="/x"></a><a href="/y"> </a>b</p>', "a b"),
    Case("parentheses and spaces", '<a href="/a (b)">x</a>', "[x](https://site.example/a%20%28b%29)"),
    Case("brackets in its text", '<a href="/a">[1] x]</a>', "[[1] x\\]](https://site.example/a)"),
    Case(
        "an address as its text",
        '<p><a href="https://b.example/c">https://b.example/c</a></p>',
        "https://b.example/c",
    ),
    Case(
        "an address beside letters",
        '<p>见<a href="https://b.example/c">https://b.example/c</a>。</p>',
        "见[https://b.example/c](https://b.example/c)。",
    ),
    Case(
        "mail",
        '<a href="mailto:a@b.example">a@b.example</a> <a href="mailto:a@b.example">x</a>',
        "a@b.example [x](mailto:a@b.example)",
    ),
    Case(
        "around blocks",
        '<a href="/a"><h3>甲</h3><p>乙</p></a>',
        "### [甲](https://site.example/a)\n\n[乙](https://site.example/a)",
    ),
    Case("marked within", '<b><a href="/a">甲</a></b>乙', "[**甲**](https://site.example/a)乙"),
    Case("broken", '<a href="http://[x">甲</a><a href="http://">乙</a>', "甲乙"),
    Case("line ends in it", '<a href="/a\n b">x</a>', "[x](https://site.example/a%20b)"),
    Case(
        "a reference in it",
        '<a href="/a?b=1&amp;amp;copy;">x</a>',
        "[x](https://site.example/a?b=1\\&amp;copy;)",
    ),
]
PICTURES = [
    Case("plain", '<p>甲<img src="/i.png" alt="图 一">乙</p>', "甲![图 一](https://site.example/i.png)乙"),
    Case(
        "on its own",
        '<p><img src="i.png">甲</p><p>乙<br><img src="j.png"></p>',
        "![](https://site.example/a/i.png)\n\n甲\n\n乙\n\n![](https://site.example/a/j.png)",
    ),
    Case(
        "huxiu's",
        '<img src="data:image/gif;base64,R0" _src="https://img.example/i.jpg?imageView2/2/w/1000|imageMogr2/strip">',
        "![](https://img.example/i.jpg)",
    ),
    Case(
        "lazy",
        '<img src="/img/lazy.gif" data-original="//img.example/i.jpg">',
        "![](https://img.example/i.jpg)",
    ),
    Case(
        "Discuz",
        '<img src="static/image/common/none.gif" zoomfile="data/i.jpg" file="data/i.jpg">',
        "![](https://site.example/a/data/i.jpg)",
    ),
    Case(
        "srcset",
        '<img src="s.jpg" srcset="m.jpg 800w, l.jpg 1600w,s.jpg 400w">',
        "![](https://site.example/a/l.jpg)",
    ),
    Case(
        "srcset by density",
        '<img srcset="https://c.example/w_1,h_2/a.jpg 1x, https://c.example/w_2,h_4/a.jpg 2x">',
        "![](https://c.example/w_2,h_4/a.jpg)",
    ),
    Case(
        "sources",
        '<picture><source srcset="l.webp 2x, s.webp 1x"><img src="s.jpg" alt="x"></picture>',
        "![x](https://site.example/a/l.webp)",
    ),
    Case(
        "a twin without scripts",
        '<img class="lazy" src="data:," data-src="/i.png"><noscript><img src="/i.png"></noscript>',
        "![](https://site.example/i.png)",
    ),
    Case(
        "only a twin without scripts",
        '<p><img src="data:,"><noscript><img src="/i.png"></noscript></p>',
        "![](https://site.example/i.png)",
    ),
    Case(
        "a twin before",
        '<figure><noscript><img src="/i.png"></noscript><img data-src="/i.png?w=1"></figure>',
        "![](https://site.example/i.png?w=1)",
    ),
    Case(
        "a preview elsewhere",
        '<div><img src="/60/i.png"></div><div><noscript><img src="/900/i.png"></noscript></div>',
        "![](https://site.example/900/i.png)",
    ),
    Case(
        "pixels and placeholders",
        '<p>甲<img src="/p.png" width="1" height="1"><img src="/spacer.gif"><img src="data:,"><img></p>',
        "甲",
    ),
    Case(
        "pictures that only sound like placeholders",
        '<img src="/google-pixel.png"><img src="/pixel-9.png"><img src="/a_s.gif"><img src="/new-emoji.png" style="width:0;height:0;min-width:100%">',
        "![](https://site.example/google-pixel.png)\n\n![](https://site.example/pixel-9.png)\n\n![](https://site.example/a_s.gif)\n\n![](https://site.example/new-emoji.png)",
    ),
    Case("emoji", '<p>好<img class="wp-smiley emoji" alt="😀" src="https://s.w.org/x.png"></p>', "好😀"),
    Case(
        "scaled by the CDN",
        '<img src="/i.png?x-oss-process=image/resize,w_100"><img src="/j.png?quality=90&amp;strip=all&amp;w=10"><img src="/k.png?id=1">',
        "![](https://site.example/i.png)\n\n![](https://site.example/j.png)\n\n![](https://site.example/k.png?id=1)",
    ),
    Case(
        "captions",
        '<figure><figcaption>图注</figcaption><img src="/i.png"><figcaption>图注</figcaption></figure>',
        "![](https://site.example/i.png)\n\n图注",
    ),
    Case("linked", '<a href="/big.png"><img src="/i.png" alt="x"></a>', "![x](https://site.example/i.png)"),
    Case(
        "brackets in its text",
        '<img src="/i.png" alt="[x](y) *z* &lt;b&gt;">',
        "![\\[x\\](y) \\*z\\* \\<b>](https://site.example/i.png)",
    ),
    Case("twice", '<img src="/i.png"><p><img src="/i.png"></p>', "![](https://site.example/i.png)"),
    Case(
        "in a cell",
        '<table><tr><th>a<th>b<tr><td>1<td><img src="/i.png"></table>',
        "| a | b |\n| --- | --- |\n| 1 | ![](https://site.example/i.png) |",
    ),
]
MARKS = [
    Case(
        "strong, em, del",
        "<p><b>a</b> <i>b</i> <s>c</s> <strong><em>d</em></strong></p>",
        "**a** *b* ~~c~~ ***d***",
    ),
    Case("nested", "<p><b>a <i>b</i></b> <i>c <b>d</b> e</i></p>", "**a *b*** *c **d** e*"),
    Case("the same within the same", "<p><b>a<strong>b</strong></b><b>c</b></p>", "**abc**"),
    Case(
        "by style",
        '<p><span style="font-weight: bold">a</span> <b style="font-weight:normal">b</b></p>',
        "**a** b",
    ),
    Case("a block in it", "<b><div>a</div><div>b</div></b>", "**a**\n\n**b**"),
    Case("empty", "<p>a<b></b><i> </i>b<b><br></b></p>", "a b"),
    Case(
        "within a word",
        "<p>un<em>frigging</em>believable 非<b>常</b>好</p>",
        "un*frigging*believable 非**常**好",
    ),
    Case("punctuation before letters", "<p><b>注意：</b>后面</p>", "**注意**：后面"),
    Case(
        "quotes before letters",
        "<p><b>“中文”</b>后</p><p>前<b>“中文”</b></p>",
        "“**中文**”后\n\n前“**中文**”",
    ),
    Case(
        "quotes with room", "<p>，<b>“中文”</b>。</p><p><b>“全段。”</b></p>", "，**“中文”**。\n\n**“全段。”**"
    ),
    Case("nothing but punctuation", "<p>甲<b>——</b>乙</p>", "甲——乙"),
    Case("stars beside", "<p>*<b>a</b>*</p>", "\\***a**\\*"),
    Case("over a break", "<p><b>a<br>b</b></p>", "**a\\\nb**"),
    Case("over two breaks", "<p><b>a<br><br>b</b></p>", "**a**\n\n**b**"),
    Case("one right after another", "<p><b>a</b><i>b</i></p>", "**a**b"),
    Case("code in it", "<p><b>a <code>b</code> c</b></p>", "**a `b` c**"),
]
LEFT_OUT = [
    Case("scripts and styles", "<p>a</p><style>p{}</style><script>x</script><template>y</template><svg><text>z</text></svg>", "a"),
    Case("forms and frames", '<p>a</p><form>Subscribe! <input value="x"><button>Go</button></form><iframe src="x">y</iframe>', "a"),
    Case("a form around all", "<form><input><p>甲</p><p>乙</p><select><option>x</select></form>", "甲\n\n乙"),
    Case("hidden", '<p>seen</p><p hidden>longer than what is seen</p><div style="display:none">b</div><i aria-hidden="true">c</i><b class="sr-only">d</b>', "seen"),
    Case("hidden until a script shows it", '<div style="display: none"><p>甲乙丙</p></div>', "甲乙丙"),
    Case("invisible until a script shows it", '<div style="visibility: hidden"><p>甲</p></div>', "甲"),
    Case("all in a noscript", "<noscript><p>甲乙</p></noscript>", "甲乙"),
    Case("asks for scripts", "<p>a</p><noscript>Please enable scripts</noscript>", "a"),
    Case("a whole page's head", "<html><head><title>t</title><meta name=x></head><body><p>a</body></html>", "a"),
]  # fmt: skip
CASES = (
    PARAGRAPHS + WHITE_SPACE + ESCAPES + BLOCKS + LISTS + CODE + TABLES + LINKS + PICTURES + MARKS + LEFT_OUT
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_page_gives_the_markdown_a_reader_would_write(case: Case) -> None:
    assert to_markdown(case.page, BASE) == case.markdown


PLAIN = [
    Case("blocks", "<h2>甲</h2><ul><li>a<ol><li>b</ol><li>c</ul><blockquote>d</blockquote><hr>", "甲\n\na\n\nb\n\nc\n\nd"),
    Case("rows", "<table><tr><th>a<th>b<tr><td>1|2<td></table>", "a b\n\n1|2"),
    Case("nothing is escaped", "<p>1. *a* &lt;b&gt; [x](y)</p><p>---</p><h2>#</h2>", "1. *a* <b> [x](y)\n\n---\n\n#"),
    Case("no marks, targets, pictures", '<p><b>a</b> <a href="/x">b</a> <code>c</code><img src="/i.png" alt="d"></p><img src="/i.png">', "a b c"),
    Case("breaks and code", "<p>a<br>b</p><pre>c\n d</pre>", "a\nb\n\nc\n d"),
]  # fmt: skip


@pytest.mark.parametrize("case", PLAIN, ids=lambda case: case.name)
def test_a_page_gives_plain_paragraphs(case: Case) -> None:
    assert to_markdown(case.page, BASE, plain=True) == case.markdown


@pytest.mark.parametrize(
    "tag", ["div", "b", "i", "a", "span", "blockquote", "figure", "form", "ruby", "section", "font"]
)
def test_text_thousands_of_tags_deep_is_read(tag: str) -> None:
    assert to_markdown(f"<{tag}>" * 5000 + "text" + f"</{tag}>" * 5000, BASE).strip("> *") == "text"


@pytest.mark.parametrize(
    "tag", ["ul><li", "table><tr><td", "q", "math", "pre", "code", "noscript", "div hidden", "dl><dt"]
)
def test_any_tag_thousands_deep_is_survived(tag: str) -> None:
    assert "text" in to_markdown(f"<{tag}>" * 5000 + "text<p>more", BASE)


MANY = 4_000


@pytest.mark.parametrize(
    "page",
    [
        "<p>a <b>b</b></p>" * MANY,
        "<p>" + "<b>a</b>“<i>b</i>" * MANY,
        "<table>" + "<tr><td colspan=99999 rowspan=99999>a<td>b" * MANY,
        "<p>" + "*a _b `c [d](e &lt;f&gt; ~~" * MANY,
        f"<img srcset='{'a.png 1w, ' * MANY}' src='{',' * MANY}'>",
        "<picture>" + "<source srcset=a><img src=b>" * MANY,
        "<div>" + "<noscript><img src=a></noscript><div hidden>a</div>" * MANY,
        "<figure>" + "".join(f"<figcaption>{number}</figcaption>" for number in range(MANY)),
        "<ul>" + "a<li><input type=checkbox>" * MANY,
        f"<p style='{'display:' * MANY}'>a{' ' * MANY}b" + "\n　" * MANY,
        "<pre>" + "`" * MANY + "<code>" * 1000 + "<br>" * MANY,
    ],
    ids=lambda page: page[:30],
)
def test_a_page_made_to_be_slow_is_read_in_linear_time(page: str) -> None:
    started = time.process_time()

    to_markdown(page, BASE)

    assert time.process_time() - started < 6  # below 1; a quadratic reading takes minutes
