"""Measures five adapters at once: signed webhooks in, the flow, the reply at each provider; every reply once."""

from benchmarks.bench import Bench
from benchmarks.people import MENU, QUESTIONS, tell_orders
from benchmarks.product import APP_SECRET, Product
from benchmarks.report import percentile
from benchmarks.rig import Outcome, Rig

RATE = 50  # messages/s over all five
CONNECTIONS, CUSTOMERS = 32, 100  # so few that each asks every question
PAGE, BOT_TOKEN = "1911512552446543", "5550001111:AAHbenchmark"
TWILIO_SID = "AC0123456789abcdef0123456789abcdef"
TWILIO_SMS, TWILIO_WHATSAPP = "+12025550100", "+14155550123"
PLATFORMS = ("whatsapp", "twilio_whatsapp", "messenger", "telegram", "sms")
# Who has no phone has no order that we know of: their first question is met by one of ours.
STRANGERS = {"Where is my order?": "order number", **MENU}


def run(bench: Bench) -> None:
    """Runs the product with every channel on and no pace, customers of each channel in turn at one rate."""
    rig = bench.rig()
    product = Product(bench.folder / "var", bench.processes, **_settings())
    with product.running():
        tell_orders(product, CUSTOMERS)
        _load(rig, product, seconds=3)
        meter = bench.meter()
        outcome = _load(rig, product, seconds=bench.length.rate_seconds * 2)
        cpu = meter.ms_per(outcome.answered, outcome.cpu_us)
    bench.answers(f"five adapters at {RATE}/s", outcome, cpu, f"{outcome.silent:,} read marks beside them")
    for platform, times in outcome.platform_us.items():
        bench.figure(
            f"of them on {platform.replace('_', ', ')}",
            len(times) / outcome.seconds,
            "replies/s",
            p50_ms=percentile(times, 0.5),
            p99_ms=percentile(times, 0.99),
            ok=bool(times),
        )


def _load(rig: Rig, product: Product, seconds: float) -> Outcome:
    arguments = {
        **product.rig_arguments,
        "platforms": ",".join(PLATFORMS),
        "page": PAGE,
        "twilio_sid": TWILIO_SID,
        "twilio_whatsapp": TWILIO_WHATSAPP,
        "twilio_sms": TWILIO_SMS,
        "conversations": CUSTOMERS,
        "connections": CONNECTIONS,
        "rate": RATE,
        "seconds": seconds,
        "drain": 30,
    }
    return rig.run(QUESTIONS, {"messenger": STRANGERS, "telegram": STRANGERS}, **arguments)


def _settings() -> dict[str, str]:
    """Makes the settings of every channel: one secret for all of them, no limit."""
    provider = "http://127.0.0.1:{provider_port}"
    return {
        "MESSENGER_PAGE_ID": PAGE,
        "MESSENGER_ACCESS_TOKEN": "EAAbenchmark",
        "MESSENGER_APP_SECRET": APP_SECRET,
        "MESSENGER_VERIFY_TOKEN": "benchmark",
        "TELEGRAM_API_URL": provider,
        "TELEGRAM_BOT_TOKEN": BOT_TOKEN,
        "TELEGRAM_WEBHOOK_SECRET": APP_SECRET,
        "TWILIO_API_URL": provider,
        "TWILIO_ACCOUNT_SID": TWILIO_SID,
        "TWILIO_AUTH_TOKEN": APP_SECRET,
        "TWILIO_SMS_FROM": TWILIO_SMS,
        "TWILIO_WHATSAPP_FROM": TWILIO_WHATSAPP,
        "MESSENGER_RATE": "0",
        "TELEGRAM_RATE": "0",
        "TELEGRAM_CHAT_SECONDS": "0",
        "SMS_RATE": "0",
    }
