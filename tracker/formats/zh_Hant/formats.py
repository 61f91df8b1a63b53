"""Dates in Chinese: 2020年6月7日 22:05."""

DATE_FORMAT = "Y年n月j日"
DATETIME_FORMAT = "Y年n月j日 H:i"
MONTH_DAY_FORMAT = "n月j日"
TIME_FORMAT = "H:i"
YEAR_MONTH_FORMAT = "Y年n月"
