"""Lists the templates that the demo shop has had approved: the names that the product is shipped with."""

# Name -> (category, our language -> the wording).
WORDINGS: dict[str, tuple[str, dict[str, str]]] = {
    "order_shipped": (
        "UTILITY",
        {
            "en": "Hi {{1}}, your order {{2}} is on its way with {{3}}.\nTracking number: {{4}}\nExpected: {{5}}\n"
            "Tracking page: {{6}}\nReply here if you need anything.",
            "zh": "您好，{{1}}！您的订单 {{2}} 已发货，由 {{3}} 承运。\n运单号：{{4}}\n预计送达：{{5}}\n"
            "物流查询：{{6}}\n如有需要，请直接回复。",
        },
    ),
    "order_delayed": (
        "UTILITY",
        {
            "en": "Hi {{1}}, we are sorry: your order {{2}} will arrive later than we said.\n"
            "New date: {{3}} (it was {{4}}).\nDoes that not work for you? Reply here and we will find a way.",
            "zh": "您好，{{1}}！很抱歉，您的订单 {{2}} 将晚于原定日期送达。\n新的日期：{{3}}（原定 {{4}}）。\n"
            "如果不方便，请直接回复，我们会帮您安排。",
        },
    ),
    "holiday_cutoff": (
        "MARKETING",
        {
            "en": "Hi {{1}}, order from {{2}} by {{3}} ({{4}} time) and it arrives in time for {{5}} with {{6}}.\n"
            "Reply STOP to get no more offers.",
            "zh": "您好，{{1}}！请在 {{4}} 时间 {{3}} 之前在 {{2}} 下单，{{6}} 可在 {{5}} 前送达。\n"
            "回复“退订”即可不再接收推广信息。",
        },
    ),
}
# Whom the names are registered with, and what the languages are called there.
WHATSAPP = {"en": "en", "zh": "zh_CN"}
MESSENGER = {"en": "en_US", "zh": "zh_CN"}
# Content SIDs at Twilio, by name and language.
CONTENTS = {
    "order_shipped": {"en": "HX00000000000000000000000000000101", "zh": "HX00000000000000000000000000000102"},
    "order_delayed": {"en": "HX00000000000000000000000000000201", "zh": "HX00000000000000000000000000000202"},
    "holiday_cutoff": {"en": "HX00000000000000000000000000000301", "zh": "HX00000000000000000000000000000302"},
}
