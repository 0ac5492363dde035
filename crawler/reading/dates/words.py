"""The words of dates: months, weekdays, units and zones in the languages that tech news is written in."""

from datetime import timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

# One line a month: English, German, French, Spanish, Italian, Portuguese, Dutch, then the North, Polish, Russian,
# Turkish where they differ. Whole words only: a prefix would read "Marketing 12" as March.
_MONTHS_BY_NUMBER = """
jan january januar jänner janvier janv enero ene gennaio gen janeiro januari stycznia января янв ocak
feb february februar février févr fév febrero febbraio fevereiro fev februari lutego февраля фев şubat
mar march mär märz mars marzo março maart mrt marca марта мар mart
apr april avril avr abril abr aprile kwietnia апреля апр nisan
may mai mayo maggio mag maio mei maj maja мая mayıs
jun june juni juin junio giugno giu junho czerwca июня июн haziran
jul july juli juillet juil julio luglio lug julho lipca июля июл temmuz
aug august août agosto ago augustus augusti sierpnia августа авг ağustos
sep sept september septembre septiembre settembre set setembro września сентября сен eylül
oct october okt oktober octobre octubre ottobre ott outubro out października октября окт ekim
nov november novembre noviembre novembro listopada ноября ноя kasım
dec december dez dezember décembre déc diciembre dic dicembre dezembro grudnia декабря дек aralık
"""
MONTHS = {
    name: number
    for number, names in enumerate(_MONTHS_BY_NUMBER.strip().splitlines(), start=1)
    for name in names.split()
}

_WEEKDAYS_BY_NUMBER = """
一 月 monday montag lundi lunes lunedì maandag
二 火 tuesday dienstag mardi martes martedì dinsdag
三 水 wednesday mittwoch mercredi miércoles mercoledì woensdag
四 木 thursday donnerstag jeudi jueves giovedì donderdag
五 金 friday freitag vendredi viernes venerdì vrijdag
六 土 saturday samstag sonnabend samedi sábado sabato zaterdag
日 天 sunday sonntag dimanche domingo domenica zondag
"""
WEEKDAYS = {
    name: number
    for number, names in enumerate(_WEEKDAYS_BY_NUMBER.strip().splitlines())
    for name in names.split()
}

UNITS = {
    "秒": 1, "秒钟": 1, "second": 1, "sec": 1, "s": 1, "sekunde": 1, "seconde": 1, "segundo": 1,
    "分": 60, "分钟": 60, "分鐘": 60, "minute": 60, "min": 60, "m": 60, "minuto": 60, "minuut": 60, "minuti": 60,
    "小时": 3600, "小時": 3600, "时间": 3600, "時間": 3600, "钟头": 3600, "hour": 3600, "hr": 3600, "h": 3600,
    "stunde": 3600, "std": 3600, "heure": 3600, "hora": 3600, "ora": 3600, "ore": 3600, "uur": 3600, "시간": 3600,
    "天": 86400, "日": 86400, "day": 86400, "d": 86400, "tag": 86400, "jour": 86400, "día": 86400, "dia": 86400,
    "giorno": 86400, "giorni": 86400, "dag": 86400, "일": 86400,
    "周": 604800, "週": 604800, "周間": 604800, "週間": 604800, "星期": 604800, "礼拜": 604800, "week": 604800,
    "wk": 604800, "w": 604800, "woche": 604800, "semaine": 604800, "semana": 604800, "settimana": 604800,
    "settimane": 604800, "weken": 604800,
    "月": 2592000, "ヶ月": 2592000, "か月": 2592000, "カ月": 2592000, "month": 2592000, "mo": 2592000,
    "monat": 2592000, "mois": 2592000, "mes": 2592000, "mese": 2592000, "mesi": 2592000, "maand": 2592000,
    "年": 31536000, "year": 31536000, "yr": 31536000, "jahr": 31536000, "an": 31536000, "année": 31536000,
    "año": 31536000, "ano": 31536000, "anno": 31536000, "anni": 31536000, "jaar": 31536000,
}  # fmt: skip

NUMERALS = {"半": 0.5, "几": 3, "幾": 3, "数": 3, "一": 1, "二": 2, "两": 2, "兩": 2, "三": 3, "四": 4, "五": 5,
            "六": 6, "七": 7, "八": 8, "九": 9, "十": 10, "a": 1, "an": 1, "one": 1, "two": 2, "three": 3,
            "einer": 1, "einem": 1, "zwei": 2, "drei": 3, "une": 1, "un": 1, "una": 1, "uma": 1, "um": 1,
            "een": 1}  # fmt: skip

DAYS_AGO = {
    "今天": 0, "今日": 0, "本日": 0, "きょう": 0, "today": 0, "heute": 0, "aujourd'hui": 0, "hoy": 0, "oggi": 0,
    "hoje": 0, "vandaag": 0,
    "昨天": 1, "昨日": 1, "きのう": 1, "yesterday": 1, "gestern": 1, "hier": 1, "ayer": 1, "ieri": 1, "ontem": 1,
    "gisteren": 1,
    "前天": 2, "前日": 2, "一昨日": 2, "おととい": 2, "vorgestern": 2, "avant-hier": 2, "anteayer": 2,
    "大前天": 3,
}  # fmt: skip

_HOURS = {
    "z": 0, "ut": 0, "utc": 0, "gmt": 0, "wet": 0, "west": 1, "bst": 1, "cet": 1, "mez": 1, "cest": 2, "mesz": 2,
    "eet": 2, "eest": 3, "msk": 3, "ist": 5.5, "hkt": 8, "sgt": 8, "jst": 9, "kst": 9, "acst": 9.5, "aest": 10,
    "aedt": 11, "nzst": 12, "nzdt": 13, "ast": -4, "adt": -3, "est": -5, "edt": -4, "cdt": -5, "mst": -7, "mdt": -6,
    "pst": -8, "pdt": -7, "akst": -9, "akdt": -8, "hst": -10, "brt": -3, "北京时间": 8,
}  # fmt: skip
_PLACES = {
    "et": "America/New_York",
    "ct": "America/Chicago",
    "mt": "America/Denver",
    "pt": "America/Los_Angeles",
}


CHINESE_DIGITS = str.maketrans("〇○零一二三四五六七八九", "000123456789")


def chinese_number(text: str) -> int:
    """A number below a hundred: 十二 is 12, 二十 is 20."""
    tens, ten, ones = text.rpartition("十")
    return 10 * (int((tens or "一").translate(CHINESE_DIGITS)) if ten else 0) + int(
        (ones or "0").translate(CHINESE_DIGITS)
    )


def named_zone(name: str, place: tzinfo) -> tzinfo | None:
    """The zone a short name like `EDT` or `PT` means on the pages of `place`; None if it is no zone's name."""
    name = name.lower()
    if name == "cst":  # China's and America's
        return place if str(place).startswith("Asia/") else timezone(timedelta(hours=-6))
    if name in _PLACES:
        return ZoneInfo(_PLACES[name])
    return timezone(timedelta(hours=_HOURS[name])) if name in _HOURS else None
