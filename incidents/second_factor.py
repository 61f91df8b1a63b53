"""The second factor: six digits that an app makes anew every half minute, or one of ten recovery codes, each good for once."""

import math
import re
from base64 import b32encode

import segno
from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils import timezone
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice, default_key

RECOVERY_CODES = 10
KINDS = (TOTPDevice, StaticDevice)
new_key = default_key


def is_set_up(user: AbstractBaseUser) -> bool:
    return TOTPDevice.objects.filter(user=user, confirmed=True).exists()


class Offer:
    """A key for the app of a user, not stored until they show that the app has it."""

    def __init__(self, user, key):
        self.device = TOTPDevice(user=user, key=key, name="app")
        self.code = segno.make(self.device.config_url, error="m")

    @property
    def letters(self):
        """The key for typing, in groups of four."""
        return " ".join(re.findall(".{4}", b32encode(self.device.bin_key).decode()))

    @property
    def svg(self):
        return self.code.svg_inline(scale=5, border=4, dark="#000", light="#fff")

    @transaction.atomic
    def accept(self, typed):
        """The device, stored in place of an earlier one if `typed` is what the app shows, and its recovery codes."""
        self.device.throttling_failure_count = 0
        user = self.device.user
        reset(user)
        if not self.device.verify_token(_plain(typed)):
            transaction.set_rollback(True)
            return None, []
        return self.device, new_recovery_codes(user)


@transaction.atomic
def new_recovery_codes(user):
    """Ten new recovery codes in place of those there were."""
    device, _created = StaticDevice.objects.get_or_create(user=user, name="recovery codes")
    device.token_set.all().delete()
    codes = [StaticToken.random_token() for _number in range(RECOVERY_CODES)]
    StaticToken.objects.bulk_create(StaticToken(device=device, token=code) for code in codes)
    return codes


def recovery_codes_left(user):
    return StaticToken.objects.filter(device__user=user).count()


def reset(user):
    """Have a user set up the second factor anew at their next login; whether there was one."""
    return sum(kind.objects.filter(user=user).delete()[0] for kind in KINDS) > 0


@transaction.atomic
def verify(user, typed):
    """The device that this code belongs to, or none and the number of seconds until another code may be typed."""
    code = _plain(typed)
    kind = TOTPDevice if re.fullmatch("[0-9]{6}", code) else StaticDevice
    device = kind.objects.select_for_update().filter(user=user, confirmed=True).first()
    if device is None or device.verify_token(code):
        return device, 0
    until = device.verify_is_allowed()[1]["locked_until"]
    return None, max(1, math.ceil((until - timezone.now()).total_seconds()))


def _plain(typed):
    return re.sub(r"[\s-]", "", typed).lower()
