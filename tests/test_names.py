"""A hidden name is found however it is written, in whatever script, and ordinary texts are left alone. All names are invented."""

import unicodedata
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opencc import OpenCC

from incidents.names import NameKind, find_name

# Names in parts, with ordinary words of the same script to put around them.
SCRIPTS = {
    "Latin": (["Jane", "Qvistgård"], ["The", "account", "was", "closed"]),
    "Latin with many accents": (["Nguyễn", "Thị", "Ðào"], ["tài", "khoản", "bị", "khóa"]),
    "Turkish": (["İpek", "Yıldırımoğlu"], ["hesabı", "kapatıldı"]),
    "Cyrillic": (["Ярослава", "Крапивина"], ["учётная", "запись", "закрыта"]),
    "Ukrainian": (["Олена", "Дем'янчук"], ["обліковий", "запис", "закрито"]),
    "Armenian": (["Արփինե", "Ծառուկճյան"], ["հաշիվը", "փակվել", "է"]),
    "Georgian": (["თინათინ", "ჭყონდიდელი"], ["ანგარიში", "დაიხურა"]),
    "Greek": (["Ευανθία", "Καλλιμάχου"], ["ο", "λογαριασμός", "έκλεισε"]),
    "Arabic": (["خولة", "الزيتوني"], ["أغلق", "الحساب", "أمس"]),
    "Hebrew": (["נועה", "ברקאית"], ["החשבון", "נסגר", "אתמול"]),
    "Persian": (["کیمیا", "یزدانپور"], ["حساب", "بسته", "شد"]),
    "Uyghur": (["گۈلنارە", "تۇرسۇنجان"], ["ھېسابات", "تاقالدى"]),
    "Devanagari": (["वैदेही", "क्षीरसागर"], ["खाता", "बंद", "हुआ"]),
    "Bengali": (["মৌসুমী", "চৌধুরানী"], ["অ্যাকাউন্ট", "বন্ধ", "হয়েছে"]),
    "Thai": (["ปาริฉัตร", "ทองประดับ"], ["บัญชี", "ถูก", "ปิด"]),
    "Han": (["龐雪瀾"], ["帳號", "被", "關閉"]),
    "simplified Han": (["庞雪澜"], ["帐号", "被", "关闭"]),
    "Hangul": (["설가람"], ["계정", "정지"]),
    "kana": (["さくらの", "ミズキ"], ["アカウント", "停止"]),
    "Burmese": (["သီရိနွယ်", "မြတ်ခိုင်"], ["အကောင့်", "ပိတ်"]),
    "Amharic": (["ሠናይት", "ኃይለማርያም"], ["መለያው", "ተዘጋ"]),
    "Tibetan": (["བདེ", "སྐྱིད", "ལྷ", "མཚོ"], ["ཨང", "བཀག"]),
}
HAS_SPACES = {*SCRIPTS} - {"Thai", "Han", "simplified Han", "Hangul", "kana", "Burmese", "Tibetan"}
TO_TRADITIONAL, TO_SIMPLIFIED = OpenCC("s2t"), OpenCC("t2s")


def written(name):
    """Ways in which a reader or a computer may write the same letters."""
    return st.sampled_from(
        [
            name,
            name.upper(),
            name.lower(),
            unicodedata.normalize("NFD", name),
            unicodedata.normalize("NFC", name),
            TO_TRADITIONAL.convert(name),
            TO_SIMPLIFIED.convert(name),
            "".join(chr(ord(each) + 0xFEE0) if "!" <= each <= "~" else each for each in name),
            name[:2] + "\u200d\u00ad" + name[2:],
            f"**{name}**",
            f"<b>{name}</b>",
            "".join(f"&#{ord(each)};" for each in name),
        ]
    )


@st.composite
def names_in_texts(draw):
    script = draw(st.sampled_from(list(SCRIPTS)))
    parts, ordinary = SCRIPTS[script]
    order = parts if script == "Tibetan" else draw(st.permutations(parts))
    between = draw(st.sampled_from([" ", "  ", "\n", "-", "_", " \u200b", "·"]))
    name = draw(written(between.join(order)))
    before, after = (" ".join(draw(st.lists(st.sampled_from(ordinary), max_size=4))) for _side in range(2))
    text = f"{before} {name} {after}"
    return " ".join(parts), draw(st.sampled_from([text, f"{before} «{name}», {after}", f"({name}). {after}"]))


@given(names_in_texts())
def test_a_whole_name_is_found_in_any_order_and_writing(example):
    name, text = example

    assert find_name(name, text).sure


def escaped(text):
    """As JavaScript writes it: %u5F35."""
    return "".join(each if each.isascii() else f"%u{ord(each):04X}" for each in text)


@st.composite
def names_in_addresses(draw):
    script = draw(st.sampled_from(list(SCRIPTS)))
    parts, ordinary = SCRIPTS[script]
    order = parts if script == "Tibetan" else draw(st.permutations(parts))
    slug = draw(st.sampled_from(["-", "_", "+", " "])).join(order)
    slug = draw(st.sampled_from([slug, slug.lower(), slug.upper()]))
    code = draw(st.sampled_from([quote, str, lambda text: quote(quote(text)), escaped]))
    form = draw(
        st.sampled_from(
            [
                "https://news.example/2020/06/{}",
                "https://news.example/{}/page.html",
                "https://news.example/?author={}&page=2",
                "https://web.archive.org/web/2020/https://news.example/{}#top",
                "http://{}.example/",
                "2020-zoom-{}-2",
            ]
        )
    )
    around = "-".join([*draw(st.lists(st.sampled_from(ordinary), max_size=2)), slug])
    return " ".join(parts), form.format(code(draw(st.sampled_from([slug, around]))))


@given(names_in_addresses())
def test_a_whole_name_is_found_in_an_address(example):
    name, address = example

    assert find_name(name, address).sure


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_whole_name_is_found_in_the_name_of_a_host(script):
    parts, _ordinary = SCRIPTS[script]
    label = "-".join(parts).lower().replace("'", "")
    host = label if label.isascii() else f"xn--{label.encode('punycode').decode()}"

    assert find_name(" ".join(parts), f"https://{host}.example/page").sure


@pytest.mark.parametrize("script", sorted(HAS_SPACES))
def test_a_part_of_a_name_is_a_question(script):
    parts, ordinary = SCRIPTS[script]
    for part in parts:
        match = find_name(" ".join(parts), f"{ordinary[0]} {part.upper()} {ordinary[1]}")

        assert (match.sure, match.whole) == (False, False)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Lin Qiaozhen", "https://news.example/2020/06/lin-qiaozhen-channel-closed.html"),
        ("Lin Qiaozhen", "Lin Qiao-zhen"),
        ("Lin Qiaozhen", "the channel @LinQiaozhen2020"),
        ("Lin Qiaozhen", "QIAOZHEN, LIN"),
        ("Lin Qiaozhen", "linqiaozhen"),
        ("Lin Qiao Zhen", "Qiaozhen Lin"),
        ("Lin Qiaozhen (林巧珍)", "林巧珍的帳號"),
        ("林巧珍 / Lin Qiaozhen", "Lin Qiaozhen"),
        ("林巧珍 Lin Qiaozhen", "Qiaozhen Lin"),
        ("張偉民", "The channel of 张伟民 was closed."),
        ("張偉民", "张 伟 民"),
        ("張偉民", "https://xn--h6qv36m5b.example/".replace("xn--h6qv36m5b", "xn--" + "张伟民".encode("punycode").decode())),
        ("張偉民", "https://news.example/search?q=%D5%C5%CE%B0%C3%F1"),
        ("Jane Roe", "https://news.example/zoom-bans-roe-jane"),
        ("Jane Roe", "Roe, Jane"),
        ("Jane Roe", "Jane M. Roe"),
        ("Jane Roe", "Jane Mary Ann Roe"),
        ("Jane M. Roe", "Jane Roe"),
        ("Dr. Jane Roe", "Jane Roe"),
        ("Jane Roe", "Jane R&#111;e"),
        ("Jane Roe", "J**an**e Roe"),
        ("Jane Roe", "#FreeJaneRoe"),
        ("Jane Roe", "J\N{CYRILLIC SMALL LETTER A}ne R\N{GREEK SMALL LETTER OMICRON}e"),
        ("Jane Roe", "J\N{CYRILLIC CAPITAL LETTER A}NE ROE"),
        ("Pax Roe", "\N{CYRILLIC CAPITAL LETTER ER}ах \N{CYRILLIC CAPITAL LETTER ER}ое".replace("Рое", "Roe")),
        ("Пётр Рогожин", "Пeтp Рoгожин"),
        ("Jane Roe", "Jane\N{HANGUL FILLER}Roe"),
        ("Jane Roe", "Ja\N{RIGHT-TO-LEFT MARK}ne R\N{ZERO WIDTH SPACE}oe"),
        ("Jane Roe", "𝓙𝓪𝓷𝓮 𝓡𝓸𝓮"),
        ("Jane Roe", "Ⓙⓐⓝⓔ Ⓡⓞⓔ"),
        ("خولة الزيتوني", "وخولة الزيتوني"),
        ("کیمیا یزدانپور", "كيميا يزدانپور"),
        ("ミズキ さくらの", "みずきさくらの"),
        ("Jane Roe", "Ja\N{COMBINING GRAPHEME JOINER}ne R\N{VARIATION SELECTOR-16}oe"),
        ("Jane Roe", "J\N{WORD JOINER}ane\N{MONGOLIAN VOWEL SEPARATOR} Roe"),
        ("Jane Roe", "\N{RIGHT-TO-LEFT OVERRIDE}eoR enaJ\N{POP DIRECTIONAL FORMATTING}"),
        ("Jane Roe", "ᴊᴀɴᴇ ʀᴏᴇ"),
        ("Jane Roe", "🇯🇦🇳🇪 🇷🇴🇪"),
        ("Jane Roe", "🅹🅰🅽🅴 🆁🅾🅴"),
        ("Jane Roe", "⒥⒜⒩⒠ ⒭⒪⒠"),
        ("Jane Roe", "J a n e R o e"),
        ("Jane Roe", "J.a.n.e R-o-e"),
        ("Jane Roe", "Jɑne Roe"),
        ("Jane Roe", "J[a](https://news.example/1)ne Roe"),
        ("Jane Roe", "J<!-- --><i>a</i>ne Roe"),
        ("Jane Roe", "Jane&amp;#32;R&#111e"),
        ("Jane Roe", "Jane Roe’s channel"),
        ("Jane Roe", "Roe, Jane M."),
        ("Jane Roe", "Ms Roe (Jane)"),
        ("Jane Roe", "jane.roe@mail.example"),
        ("Jane Roe", "@JaneRoe84"),
        ("Jane Roe", "janeRoeOfficial"),
        ("Lin Qiaozhen", "Lin Qiao-\nzhen"),
        ("Jane O'Brien", "Jane OBrien"),
        ("Jane O'Brien", "OBRIEN, Jane"),
        ("Олена Демянюк", "Олена Дем’янюк"),
        ("Jörg Müllheim", "Joerg Muellheim"),
        ("Joerg Muellheim", "JÖRG MÜLLHEIM"),
        ("Jane Qvistgård", "Jane Qvistgaard"),
        ("राज़ हिंदवी", "राज हिँदवी"),
        ("張偉民", "https://news.example/?q=%B1i%B0%B6%A5%C1"),  # in Big5
        ("山田花子", "https://news.example/?q=%8ER%93c%89%D4%8Eq"),  # in Shift JIS
        ("Пётр Рогожин", "https://news.example/?q=%CF%E5%F2%F0+%D0%EE%E3%EE%E6%E8%ED"),  # in Windows-1251
        ("張偉民", "https://news.example/?q=%u5F35%u5049%u6C11"),
        ("張偉民", r"\u5f35\u5049\u6c11"),
        ("張偉民", "張<b>偉</b>民"),
    ],
)  # fmt: skip
def test_whatever_a_reader_takes_for_the_name_is_the_name(name, text):
    assert find_name(name, text).sure


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("Jane Roe", "as Roe said", "Roe"),
        ("Jane Roe", "Jane said", "Jane"),
        ("Jane Roe", "https://freejaneroe.example/", "freejaneroe"),
        ("Jane Roe", "Jane Banks and Richard Roe", "Jane"),
        ("Jane Mary Roe", "Mary Roe", "Mary Roe"),
        ("Su", "Su said", "Su"),
        ("Su", "https://x.example/su/", "su"),
        ("Kalsang", "the poet Kalsang", "Kalsang"),
        ("王丹青", "丹青说", "丹青"),
        ("張偉民", "张先生说", "张"),
        ("張偉民", "老張", "張"),
        ("李四", "李四说", "李四"),
        ("He Jiankui", "as Mr He said", "He"),
        ("Li Na", "Lina", "Lina"),
        ("Ярослава Крапивина", "арест Ярославы Крапивиной", "Ярославы Крапивиной"),
        ("Ярослава Крапивина", "у Крапивиной", "Крапивиной"),
        ("Jane Banks", "Jane Bank", "Jane Bank"),
        ("Jane Roe", "Jane Roes Konto", "Jane Roes"),
        ("أحمد الزيتوني", "قال زيتوني", "زيتوني"),
        # as it sounds in another script
        ("林巧珍", "Lin Qiaozhen", "Lin Qiaozhen"),
        ("林巧珍", "https://news.example/2020/06/lin-qiao-zhen.html", "lin-qiao-zhen"),
        ("龐雪瀾", "Xuelan Pang", "Xuelan Pang"),
        ("歐陽雪瀾", "Ouyang Xuelan", "Ouyang Xuelan"),
        ("Lin Qiaozhen", "林巧珍的帳號", "林巧珍"),
        ("Lin Qiaozhen", "記者林巧珍", "林巧珍"),
        ("Ярослава Крапивина", "Yaroslava Krapivina", "Yaroslava Krapivina"),
        ("Yaroslava Krapivina", "канал Ярослава Крапивина", "Ярослава Крапивина"),
        ("さくらの ミズキ", "Mizuki Sakurano", "Mizuki Sakurano"),
        ("Sakurano Mizuki", "さくらのみずき", "さくらのみずき"),
    ],
)
def test_what_may_be_the_name_is_a_question(name, text, words):
    match = find_name(name, text)

    assert (match.sure, match.words) == (False, words)


HIDDEN = [
    "Su", "Li", "Jane Roe", "Li Si", "Ann Ali", "Long Yu", "An Le", "Do In", "He Long", "Ma Ria", "Chi Na", "Ka Zan",
    "王丹青", "張偉民", "高明", "山田太郎", "김철수", "Иван Вера", "خالد سعيد", "Thomas Green Stone", "Will May",
]  # fmt: skip
ORDINARY = [
    "The account was closed.",
    "The account was suspended.",
    "Zoom closes the account of a student group",
    "What to do in Hong Kong was not said; as long as he will, he may see it.",
    "suspended",
    "Su-57",
    "Suspended users were told to sue in Suffolk or in Sudan.",
    "An account is an account; no one in it may be named.",
    "He may appeal in an hour, or do so in May.",
    "Will the platform say why? It may, in May.",
    "In the long run, all banks closed, and a green stone was laid.",
    "Thomas said so on Monday; Green parties and Stone Age museums were not asked.",
    "Ann Arbor and Ali Baba are not accounts.",
    "The meeting of 4 June 2020 was ended after 40 minutes.",
    "It says that it “must comply with the applicable laws in the jurisdictions where we operate”.",
    "The company did not answer a request for comment, Reuters reports.",
    "A spokesperson for the ministry said the posts “disturbed public order”.",
    "On appeal, the court of Lyon ordered the platform to restore the page.",
    "The page had about 12,000 followers; its successor has 300.",
    "Anyone in China with a link could join the event.",
    "Janet Roemer and Jan Roebuck spoke for the museum.",
    "Lin-Manuel Miranda was not there; nor were linguists from Berlin.",
    "A list of sixty accounts was sent by mail on Saturday.",
    "The channel of a union was reinstated on second thoughts.",
    "Doing nothing in particular, they lost a doing-it-yourself group.",
    "Long Yuan Street, long yuan rates, a long yule.",
    "“Error”, said the notice; it named no rule.",
    "https://news.example/2020/06/zoom-suspended-the-account-of-a-list.html?id=12345",
    "https://www.reuters.com/article/us-zoom-video-commn-privacy/idUSKBN23I3GP",
    "https://web.archive.org/web/20200611/https://www.axios.com/zoom-closes-chinese-user-account.html",
    "https://example.org/an-account-in-an-hour?utm_source=su&ref=li#long",
    "账号被关闭，平台没有说明理由。高度明确的规则。伟大的民族。",
    "第一张，伟大的民众",
    "公司表示，该账号违反了当地法律，已被暂停使用。",
    "平台称这是技术错误，几天后恢复了账号。",
    "王先生的丹青展在北京举行。",
    "張貼的內容很偉大，民眾都很高興，明天再說。",
    "平台沒有回覆查詢，記者多次致電亦無人接聽。",
    "高等法院明確指出，四名學生的帳號須予恢復。",
    "アカウントが停止されました。山、田、太郎ではない。",
    "山を越え、田を耕し、太い郎等が集まった。",
    "運営会社は理由を明らかにしていない。",
    "계정이 정지되었습니다. 철도와 수도.",
    "김치와 철도, 수도 요금을 설명했다.",
    "플랫폼은 이유를 밝히지 않았다.",
    "Учётная запись закрыта, веру не потеряли, иванова ночь.",
    "Платформа не объяснила причину блокировки канала.",
    "Иванов день и вера в будущее",
    "أغلق الحساب وكان سعيدا بذلك",
    "لم تذكر المنصة سببا لإغلاق الحساب",
    "بقي الحساب مغلقا حتى يوم سعيد",
    "החשבון נסגר ללא הסבר ביום שלישי",
    "حساب کاربری بدون توضیح بسته شد",
    "Ο λογαριασμός έκλεισε χωρίς εξήγηση.",
    "खाता बिना कारण बताए बंद कर दिया गया",
    "অ্যাকাউন্টটি কোনো কারণ ছাড়াই বন্ধ করা হয়েছে",
    "บัญชีถูกระงับโดยไม่แจ้งเหตุผล",
    "Հաշիվը փակվել է առանց բացատրության։",
    "ანგარიში ახსნის გარეშე დაიხურა.",
    "Tài khoản bị khóa mà không có lý do.",
    "Hesap hiçbir açıklama yapılmadan kapatıldı.",
    "Das Konto wurde ohne Angabe von Gründen gesperrt; lang und breit wurde darüber berichtet.",
    "Konto zostało zamknięte bez podania przyczyny.",
    "Maria said that China and Kazan are listed in Lisbon.",
    "Anna Lindqvist, Alisa and Janet Roemer",
    "Greenland and Stonehenge",
    "le premier, la seconde, su cuenta",
    "La cuenta fue cerrada sin explicación; su dueño no fue avisado.",
    "2020-zoom-humanitarian-china",
]


def test_many_ordinary_texts_are_tried():
    assert len(set(ORDINARY)) >= 60


@pytest.mark.parametrize("text", ORDINARY)
def test_an_ordinary_text_is_never_refused(text):
    refused = [name for name in HIDDEN if (match := find_name(name, text)) and match.sure]

    assert refused == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Su", "The account was suspended."),
        ("Jane Roe", "Janet Roemer"),
        ("Jane Roe", "a roebuck"),
        ("He Long", "as long as he can"),
        ("王丹青", "丹，青"),
        ("張偉民", "一张纸"),
        ("張偉民", "张，伟大的民众"),
        ("Ann Ali", "annals"),
        ("Thomas Green Stone", "Greenland"),
    ],
)
def test_an_ordinary_text_is_no_question_either(name, text):
    assert find_name(name, text) is None


@pytest.mark.parametrize(
    ("handle", "text", "sure"),
    [
        ("@lisi", "the account @LiSi was closed", True),
        ("lisi", "https://x.example/@lisi/123", True),
        ("@lisi", "https://x.example/lisi", True),
        ("@lisi", "https://x.example/?user=lisi", True),
        ("@lisi", "as lisi wrote", False),
        ("@li.si_1989", "https://x.example/lisi1989", True),
        ("https://x.example/lisi_1989", "x.example/lisi_1989", True),
        ("@hope", "in the hope of", False),
    ],
)
def test_a_handle_is_sure_where_it_stands_as_one(handle, text, sure):
    assert find_name(handle, text, NameKind.HANDLE).sure is sure


@pytest.mark.parametrize("text", ["@lisian", "listless", "a list"])
def test_another_handle_is_left_alone(text):
    assert find_name("@lisi", text, NameKind.HANDLE) is None


def test_only_the_whole_name_of_a_body_counts():
    name = "Green Lantern Reading Group"

    assert find_name(name, "A reading group, a green lantern.", NameKind.BODY) is None
    assert find_name(name, "the Green Lantern Reading Group", NameKind.BODY).sure


ADDRESS = "https://www.news.example/2020/06/lin-qiaozhen?id=1"


@pytest.mark.parametrize(
    "text",
    [
        "http://news.example/2020/06/lin-qiaozhen?id=1",
        "See [this](https://news.example/2020/06/lin%2Dqiaozhen?id=1).",
        "https://web.archive.org/web/2020/https://www.news.example/2020/06/Lin-Qiaozhen?id=1",
    ],
)
def test_a_private_address_is_found(text):
    assert find_name(ADDRESS, text, NameKind.ADDRESS).sure


@pytest.mark.parametrize(
    ("address", "text"),
    [
        (ADDRESS, "https://news.example/2020/06/lin-qiaozhen?id=12"),
        ("https://news.example/", "https://news.example/2020/06/"),
    ],
)
def test_another_page_of_the_same_site_is_left_alone(address, text):
    assert find_name(address, text, NameKind.ADDRESS) is None


@given(st.text(max_size=60), st.text(max_size=200), st.sampled_from(NameKind))
def test_any_text_can_be_asked(name, text, kind):
    match = find_name(name, text, kind)

    assert match is None or 0 <= match.start <= match.end
