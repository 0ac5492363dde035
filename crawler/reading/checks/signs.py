"""Words and marks by which pages that are no article are known, in any of the languages we read.

Words are looked for in the short lines of a page, each a line of its own; `^` is such a line's beginning.
"""

import re


def _words(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE | re.MULTILINE)


# --- Blocked -------------------------------------------------------------------------------------

CHECK_WORDS = _words(
    r"^just a moment\b",
    r"^attention required! ?\|",
    r"\bare you (?:a )?(?:robot|human)\b",
    r"\b(?:verify|confirm|prove)(?:ing)? (?:that )?you(?: are|'re|’re) (?:a |not a |an actual )?(?:human|robot|bot)",
    r"\b(?:human|access|bot|browser|security) (?:verification|check)\b",
    r"^i(?:'|’)?(?: a)?m not a robot",
    r"^pardon our interruption",
    r"\bunusual (?:traffic|activity|behaviou?r) (?:from|on|has been)\b",
    r"^(?:sorry, )?you (?:have been|were) blocked",
    r"^access (?:to this (?:page|site|website) (?:has been |is )?denied|denied)",
    r"\bchecking (?:your browser|if the site connection is secure|the security of)\b",
    r"\bplease enable (?:js|javascript|cookies) and disable any ad blocker",
    r"^enable javascript and cookies to continue",
    r"^(?:ddos protection by|request unsuccessful\. incapsula|robot check$|captcha$)",
    r"^(?:too many requests|rate limit exceeded)",
    r"\b(?:complete|solve) the (?:captcha|security check|puzzle|challenge)\b",
    r"^access verification",
    r"(?:滑动|滑块|人机|安全|访问|身份)(?:行为)?(?:验证|校验)(?!码)",
    r"^(?:系统检测到|检测到您?的?)[^。\n]{0,20}异常",
    r"(?:访问|请求|操作)(?:过于|太过?)频繁|访问(?:受限|被拒绝|异常)|环境异常|正在进行安全检(?:测|查)",
    r"^(?:请|請)(?:先)?(?:输入|輸入|完成)[^。\n]{0,12}(?:验证|驗證)",
    r"(?:確認|验证|驗證)(?:您|你)?(?:是|不是)(?:真人|机器人|機器人|人類)|^我不是(?:机器人|機器人)",
    r"(?:您|あなた)?(?:が|は)?(?:ロボット|人間)(?:では?ない|である)ことを(?:確認|証明)|私はロボットではありません",
    r"アクセスが(?:拒否|制限|ブロック)され|不審なアクセス|画像認証",
    r"\bsind sie ein (?:mensch|roboter)\b|\bich bin kein roboter\b|\bkein roboter sind\b",
    r"^(?:sicherheits(?:über)?prüfung|zugriff (?:verweigert|gesperrt|blockiert))",
    r"\bungewöhnliche[rn]? (?:datenverkehr|aktivität|zugriffe)",
)
# In the source: scripts that check pages of services hold. Ordinary pages behind the same services may, too.
CHECK_MARKS = (
    "_cf_chl_opt", "cf-challenge", "cf-error-details", "captcha-delivery.com", "px-captcha", "_Incapsula_Resource", "aliyun_waf",
    "aliyunwaf", "acw_sc__v2", "sec-if-cpt-container", "errors.edgesuite.net", "awswaf.com", "awsWafCookieDomainList", "ddos-guard",
    "nc_1_n1z", "TencentCaptcha", "geetest_captcha", "__jsl_clearance", "probe.js?v=dd",
)  # fmt: skip

# --- Gone ----------------------------------------------------------------------------------------

_THING = r"(?:page|article|content|story|post|document|url|file|link|video)"
GONE_WORDS = _words(
    r"^(?:error|fehler|http|erreur|status)?[ :]*(?:404|410)\b(?! [a-z]+s\b)",
    rf"\b{_THING}(?: you(?:'re|’re| are| were)? \w+(?: for| at)?)? (?:was |is |has been |could |can ?|cannot |does |no |may have been ){{0,2}}"
    r"(?:not (?:be )?(?:found|exist)|longer (?:exists?|available)|removed|deleted)",
    rf"\b(?:could not|couldn(?:'|’)?t|can(?:'|’)?t|cannot|unable to) find (?:the|that|this) {_THING}\b",
    rf"^(?:this|the) {_THING} (?:doesn(?:'|’)t|does not|isn(?:'|’)t|is not|is no longer) (?:exist|available)",
    r"^(?:not found|nothing (?:was )?found)$",
    r"(?:页面|文章|内容|网页|帖子|稿件|新闻|主题|資料|網頁|頁面|內容)[^。！，\n]{0,14}(?:不存在|已删除|被删除|已刪除|被刪除|已下线|已下架|已失效|找不到|不見了|不见了|走丢|已过期)",
    r"(?:找不到|没有找到|未找到|無法找到|无法找到)[^。！\n]{0,14}(?:文章|内容|页面|网页|頁面|網頁)",
    r"(?:お探しの|該当する|この)?(?:ページ|記事)(?:が|は)(?:見つかり|存在しま|ありま|削除され)(?:ません|せん|まし)?",
    r"(?:掲載|公開)(?:期間)?(?:が|は)終了(?:し|いたし)",
    r"\b(?:seite|artikel|inhalt|dokument)\b[^.\n]{0,30}(?:nicht (?:mehr )?(?:gefunden|verfügbar|vorhanden|existiert)|existiert nicht|gelöscht|entfernt)",
)

# --- Walled --------------------------------------------------------------------------------------

_ENTER = r"(?:subscribe|log ?in|sign ?in|sign ?up|register|join|upgrade|become a (?:member|subscriber)|start your (?:free )?trial|create an? (?:free )?account)"
WALL_WORDS = _words(
    rf"^(?:please |you (?:must|need to) )?(?:{_ENTER})(?: (?:now|today|or {_ENTER}|for free|with [^.\n]{{1,30}}))? to (?:continue reading|keep reading|read (?:on|more|the (?:full|rest|whole|entire)|this)|unlock (?:this|the full)|view the (?:full|rest)|access (?:this|the full))(?! our newsletter)",
    rf"^(?:to (?:continue|keep) reading|to read (?:on|the (?:full|rest)|this (?:story|article)))[^.\n]{{0,40}}(?:{_ENTER}|subscription|account)",
    r"^continue reading (?:this article )?with an? [^.\n]{0,30}(?:subscription|account|trial|membership)",
    r"^(?:this|the (?:full|rest of (?:the|this))) (?:article|story|content|post|analysis|piece) is (?:only |exclusively )?(?:available )?(?:for|to|reserved for) (?:paid |paying |registered |our )?(?:subscribers|members|users)",
    r"^(?:subscriber|member|premium)s?(?:[- ]only| exclusive)(?: (?:content|article|story))?[.!]?$",
    r"^you(?:'ve|’ve| have) (?:reached|used|read|hit) (?:your|all|the) [^\n]{0,40}\b(?:free|complimentary|limit|monthly)\b",
    r"^unlock (?:this|the full) (?:article|story)",
    r"(?:登录|登入|登錄|注册|订阅|訂閱|付费|付費|购买|開通會員|开通会员|加入会员|成为会员|解锁)(?:会员|會員|账号|帳號)?(?:后|後|即可|以|，|可)?(?:继续|繼續)?(?:即可|可以?)?(?:查看|阅读|閱讀|浏览|瀏覽|观看|解鎖|解锁|看)(?:全文|全部|更多|完整|剩余|剩餘|余下|本文|此文|文章)",
    r"(?:剩余|剩餘|还有|還有|余下|未读)\s*(?:约)?\s*\d{1,3}(?:\.\d+)?\s*[%％](?:\s*的?(?:内容|內容|未读|全文|精彩))?",
    r"^(?:本文|此文|该文章|本篇|本内容)(?:章|内容)?(?:为|是|係|為|仅|僅|需)[^。\n]{0,12}(?:付费|付費|会员|會員|订阅|訂閱|专享|登录)",
    r"会員(?:限定|専用)(?:の?(?:記事|コンテンツ|サービス))?(?:です|$|。)|(?:有料|無料)会員(?:限定|の方|になると|登録)",
    r"(?:続き|全文|この記事|記事の続き)(?:を|は)[^。\n]{0,20}(?:読む|読める|お読み|ご覧|閲覧)[^。\n]{0,12}(?:には|ログイン|登録|会員|いただけ)",
    r"(?:この記事|本記事)は[^。\n]{0,12}(?:会員|有料|登録)[^。\n]{0,8}(?:限定|専用|です|向け)|残り\s*[:：]?\s*[\d,]+\s*文字|ログイン(?:して|すると)[^。\n]{0,12}(?:続き|全文)",
    r"^(?:jetzt |hier )?(?:weiterlesen|weiter lesen|alles lesen|artikel (?:lesen|freischalten))(?: mit|\s+[–-] mit| im abo| und)",
    r"^(?:jetzt )?(?:anmelden|einloggen|registrieren|abonnieren|testen|abo abschließen|freischalten)[^.\n]{0,30}(?:und|um)[^.\n]{0,30}(?:weiter ?(?:zu)?lesen|artikel|alles)",
    r"^(?:dieser|dieses|der|lesen sie diesen|den ganzen|den vollständigen) (?:artikel|inhalt|beitrag|text)[^.\n]{0,30}(?:nur für|ist (?:exklusiv|kostenpflichtig)|für abonnent|mit [^\n]{1,20}(?:plus|\+|abo|premium)|nur mit)",
    r"\b(?:sie haben|du hast) bereits ein (?:digital-?)?abo\b|^(?:exklusiv )?(?:nur )?für (?:abonnenten|abonnentinnen|mitglieder)\b",
)
LOGIN_WORDS = _words(
    r"^(?:log ?in|sign ?in|log on|登录|登入|登錄|用户登录|会员登录|ログイン|anmelden|anmeldung|einloggen|login)(?: (?:to|bei|zu)\b[^.\n]{0,40})?$"
)
LOGIN_FIELD = 'xpath://input[translate(@type, "PASWORD", "pasword")="password"]'

CONSENT_WORDS = _words(
    r"\bbefore you continue\b",
    r"\b(?:we|wir) (?:value|respect|care about|schätzen|respektieren) (?:your|ihre|deine) (?:privacy|privatsphäre)",
    r"\b(?:we|wir) (?:and|und) (?:our|unsere|up to|bis zu)\s*(?:\d+ )?(?:partners?|partnern?|vendors)",
    r"\b(?:consent|einwilligung|zustimmung)\b",
    r"\b(?:store|access|speichern|zugreifen)[^.\n]{0,40}\b(?:on a device|auf einem (?:end)?gerät|information)\b",
    r"\b(?:personal(?:ised|ized)|personalisierte) (?:ads|advertising|content|anzeigen|werbung|inhalte)",
    r"\b(?:accept|reject|manage|use|akzeptieren|ablehnen)\b[^.\n]{0,20}\bcookies?\b",
    r"\bcookies?\b[^.\n]{0,40}\b(?:accept|tracking|personal|werbung|nutzungsanalyse)",
    r"\bmit werbung (?:weiterlesen|lesen|und)",
    r"(?:同意|接受|使用)[^。\n]{0,12}cookie|cookie[^。\n]{0,16}(?:同意|接受|使用|利用)|隐私政策|個人情報|プライバシー",
)
CONSENT_BUTTONS = _words(
    r"^(?:i )?(?:accept|agree|reject|allow)(?: all)?(?: cookies)?(?: and (?:continue|close))?$|^(?:manage|more) (?:options|settings|choices)$",
    r"^(?:alle[sn]? |allen )?(?:akzeptieren|zustimmen|ablehnen|einverstanden)(?: und (?:weiter|schließen))?$|^(?:einwilligen|zustimmen)[^\n]{0,20}$",
    r"^(?:同意(?:并继续|する|して続ける|します)?|接受(?:全部)?|全部接受|すべて(?:同意|許可)(?:する)?|我同意)$",
)

# --- Not an article ------------------------------------------------------------------------------

LIST_TYPES = re.compile(
    r'"@type"\s*:\s*\[?\s*"(?:CollectionPage|SearchResultsPage|ItemList|ProfilePage|Blog)"'
)
LIST_ADDRESS = re.compile(
    r"/(?:tags?|topics?|categor(?:y|ies)|search|archives?|authors?|page|channels?|sections?|list|thema|themen|kategorie|suche|tagged)(?:/|$)|[?&](?:s|q|query|keyword|search)=",
    re.IGNORECASE,
)
LIST_WORDS = _words(
    r"^(?:search results|results for|tag ?[:：]|category ?[:：]|archive[s:]|latest (?:news|stories|posts)|all (?:posts|articles) (?:in|tagged|by)|posts tagged)",
    r"^(?:suchergebnisse|alle (?:artikel|beiträge)|schlagwort|thema ?[:：]|neueste (?:artikel|meldungen))",
    r"^(?:搜索结果|标签[：:]|标签为|分类[：:]|最新文章|文章列表|检索结果|更多文章)",
    r"^(?:検索結果|記事一覧|タグ[：:]|カテゴリ[ー：:]|新着記事|最新記事)",
)
PLAYERS = (
    "video",
    'iframe[src*="youtube"], iframe[src*="player"], iframe[src*="vimeo"], iframe[src*="bilibili"], iframe[src*="video"], iframe[data-src*="youtube"]',
    '[class*="video-player"], [class*="videoplayer"], [class*="video_player"], [id*="player"], [class*="jwplayer"], [class*="video-js"]',
)
VIDEO_TYPES = re.compile(r'"@type"\s*:\s*\[?\s*"(?:VideoObject|Movie|Clip|TVEpisode)"')
