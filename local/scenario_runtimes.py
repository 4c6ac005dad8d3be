"""Functions on many runtimes, and what a scan must find of each.

No stack here matches what the demo's policy leases.
"""

from datetime import date

from local.runtime_scenario_model import FunctionStack, Lifetime, SeededFunction
from local.scenario_accounts import OTHER_REGION, OUTSIDER

# "Lambda runtimes", AWS Lambda Developer Guide: deprecation, block of creation, block of update.
_WAVE = (date(2027, 2, 1), date(2027, 3, 3))
LIFETIMES = {
    "python2.7": Lifetime(date(2021, 7, 15), date(2021, 7, 15), date(2022, 5, 30)),
    "go1.x": Lifetime(date(2024, 1, 8), date(2024, 2, 8), _WAVE[1]),
    "java8": Lifetime(date(2024, 1, 8), date(2024, 2, 8), _WAVE[1]),
    "python3.8": Lifetime(date(2024, 10, 14), *_WAVE),
    "nodejs18.x": Lifetime(date(2025, 9, 1), *_WAVE),
    "python3.9": Lifetime(date(2025, 12, 15), *_WAVE),
    "ruby3.2": Lifetime(date(2026, 3, 31), *_WAVE),
    "nodejs20.x": Lifetime(date(2026, 4, 30), *_WAVE),
    "provided.al2": Lifetime(date(2026, 7, 31), *_WAVE),
    "python3.10": Lifetime(date(2026, 10, 31), *_WAVE),
    "dotnet8": Lifetime(date(2026, 11, 10), *_WAVE),
    "nodejs22.x": Lifetime(date(2027, 4, 30), date(2027, 6, 1), date(2027, 7, 1)),
    "java11": Lifetime(date(2027, 6, 30), date(2027, 7, 31), date(2027, 8, 31)),
    "nodejs24.x": Lifetime(date(2028, 4, 30), date(2028, 6, 1), date(2028, 7, 1)),
    "python3.12": Lifetime(date(2028, 10, 31), date(2028, 11, 30), date(2029, 1, 10)),
    "python3.13": Lifetime(date(2029, 6, 30), date(2029, 7, 31), date(2029, 8, 31)),
}
# What the organization itself says of its own runtime, by the alias.
OWN_RUNTIME = "custom"
LIFETIMES_OF_OWN = {OWN_RUNTIME: Lifetime(date(2028, 11, 30), date(2029, 1, 15), date(2029, 2, 15))}

PAYMENTS = "payments@example.com"
SEARCH = "search@example.com"
WEB = "web-leads@example.com"
DATA = "data@example.com"
RESEARCH = "research@example.com"
PLATFORM = "platform@example.com"

ORDERS = FunctionStack(
    "payments-dev",
    "orders",
    (
        SeededFunction(
            "orders-api",
            "python3.9",
            "an old runtime that is called all day",
            PAYMENTS,
            invocations=41_000,
            fixed_to="python3.13",
        ),
        SeededFunction(
            "orders-worker",
            "python3.12",
            "$LATEST is fine, but the alias live points at a version on python3.9",
            PAYMENTS,
            published=("python3.9",),
            live=True,
        ),
        SeededFunction(
            "orders-export",
            "nodejs18.x",
            "its owner changes it between the scans",
            PAYMENTS,
            fixed_to="nodejs24.x",
        ),
    ),
    tags={"owner": "payments"},
)
LEDGER = FunctionStack(
    "payments-dev",
    "billing",
    (
        SeededFunction("billing-run", "java11", "supported, for less than a year", PAYMENTS),
        SeededFunction("billing-sync", "dotnet8", "deprecated in November 2026", PAYMENTS),
    ),
    region=OTHER_REGION,
    tags={"owner": "payments"},
)
INDEX = FunctionStack(
    "search-dev",
    "index",
    (
        SeededFunction(
            "index-crawl",
            "python3.10",
            "its layer is made for python3.10 only, and blocks every hop",
            SEARCH,
            made_for=("python3.10",),
        ),
        SeededFunction("index-suggest", "go1.x", "nobody can create one any more", SEARCH),
        SeededFunction("index-images", "provided.al2", "its operating system has ended", SEARCH),
        SeededFunction("index-query", "python3.12", "nothing to do", SEARCH),
    ),
    tags={"owner": "search@example.com"},
)
STOREFRONT = FunctionStack(
    "web-dev",
    "storefront",
    (
        SeededFunction(
            "storefront-render", "nodejs20.x", "owned by its account's tag", WEB, invocations=900
        ),
        SeededFunction("storefront-edge", "nodejs22.x", "ends in spring 2027", WEB),
        SeededFunction("storefront-feed", "nodejs24.x", "nothing to do", WEB),
        SeededFunction(
            "storefront-CustomS3AutoDeleteObjectsCustomR-9gJ2",
            "nodejs18.x",
            "made by AWS CDK: upgrade the framework",
            WEB,
            origin="framework",
        ),
        SeededFunction(
            "cwsyn-checkout-5c1f0e6a",
            "nodejs18.x",
            "belongs to a canary: change the canary",
            WEB,
            origin="canary",
        ),
    ),
)
REPORTS = FunctionStack(
    "data-dev",
    "reports",
    (
        SeededFunction("reports-render", "ruby3.2", "deprecated in March 2026", DATA),
        SeededFunction(
            "reports-image", "", "a container image has no runtime", DATA, bucket="image"
        ),
        SeededFunction(
            "reports-daily", "python3.13", "held at one runtime version", DATA, pinned=True
        ),
        SeededFunction("reports-mystery", "python3.99", "nobody knows it", DATA, bucket="unknown"),
    ),
    tags={"owner": DATA},
)
ETL = FunctionStack(
    "data-dev",
    "etl",
    (SeededFunction("etl-nightly", "python3.8", "Config is outdated: Lambda tells", DATA),),
    region=OTHER_REGION,
    tags={"owner": DATA},
)
NOTEBOOKS = FunctionStack(
    "research-dev",
    "notebooks",
    (SeededFunction("notebooks-run", "python3.9", "no recorder here: Lambda tells", RESEARCH),),
    tags={"owner": RESEARCH},
)
MAINFRAME = FunctionStack(
    "legacy-dev",
    "mainframe",
    (
        SeededFunction("mainframe-bridge", "java8", "no stack and no tag names an owner"),
        SeededFunction("mainframe-report", "python2.7", "cannot be changed any more"),
    ),
)
SHOP = FunctionStack(
    "shop-prod",
    "shop",
    (
        SeededFunction("shop-cart", "nodejs20.x", "gets an exception between the scans"),
        SeededFunction(
            "shop-mail",
            "python3.13",
            "was changed a moment ago: Config and Health still show python3.9",
            recorded_as="python3.9",
        ),
    ),
)
VENDOR = FunctionStack(
    OUTSIDER,
    "vendor-feed",
    (SeededFunction("vendor-feed", "nodejs18.x", "no recorder, and no role lets Steward in"),),
    covered=False,
)

STACKS = (
    ORDERS,
    LEDGER,
    INDEX,
    STOREFRONT,
    REPORTS,
    ETL,
    NOTEBOOKS,
    MAINFRAME,
    SHOP,
    VENDOR,
)
# Beside any stack: on a runtime that the organization maintains itself.
CUSTOM = SeededFunction("shop-legacy-php", OWN_RUNTIME, "its own publisher sets the dates")
CUSTOM_PLACE = ("shop-prod", "eu-west-1")
CUSTOM_RUNTIME = "php83"
EXCEPTED = (SHOP, "shop-cart")
WITHOUT_RECORDER = (
    ("research-dev", "eu-west-1"),
    (OUTSIDER, "eu-west-1"),
    (OUTSIDER, OTHER_REGION),
)
OUTDATED = ("data-dev", OTHER_REGION)
CANARY_FUNCTION = (STOREFRONT, "cwsyn-checkout-5c1f0e6a")
