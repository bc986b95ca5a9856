"""The page in a real browser: what a person does with keys and mouse, and what they see."""

import os
import re
from pathlib import Path

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from tests.bot.demo.page.conftest import opened

pytestmark = pytest.mark.timeout(90)
expect.set_options(timeout=10_000)

SHOTS = os.environ.get("NETCHECK_SCREENSHOTS", "")
"""A folder for pictures of the page, "" for none."""


async def shoot(page: Page, name: str) -> None:
    if SHOTS:
        await page.screenshot(path=Path(SHOTS) / f"{name}.png")


async def paste(page: Page) -> None:
    """Send the error of the fault that is chosen, and open the thread it gets."""
    await page.locator("#bar [data-key=example]").click()
    await page.keyboard.press("Enter")
    await page.locator("#messages .replies").last.click()


def answer(page: Page) -> Locator:
    """Return the newest message of the open thread."""
    return page.locator("#replies .message").last


async def test_a_paste_is_answered_in_its_thread_and_the_answer_edited_live(page: Page) -> None:
    await paste(page)

    reply = answer(page)
    await expect(reply).to_contain_text("Service has no endpoints")
    await expect(reply).to_contain_text("Confirmed: Service has no endpoints · Service shop/cart")
    await expect(reply.locator("pre").first).to_be_visible()
    await expect(page.locator("#news")).to_have_text(re.compile("^🔴 Confirmed: Service has no"))
    await shoot(page, "answer")


async def test_in_chinese_the_page_and_the_answer_are_chinese(page: Page) -> None:
    await page.get_by_label("Language").select_option("zh-TW")
    await page.get_by_label("外觀").select_option("dark")
    await paste(page)

    await expect(page.get_by_label("範例叢集")).to_have_value("selector")
    await expect(answer(page)).to_contain_text("已證實")
    await shoot(page, "answer-zh")


async def test_a_mended_cluster_gives_the_same_paste_another_answer(page: Page) -> None:
    await page.locator("#bar [data-key=example]").click()
    await page.get_by_label("Sample cluster").select_option("")
    await page.locator("#channel textarea").press("Enter")
    await page.locator("#messages .replies").click()

    await expect(answer(page)).to_contain_text("Not confirmed")


async def test_shift_and_enter_starts_a_line_and_enter_sends(page: Page) -> None:
    box = page.locator("#channel textarea")
    await box.fill("two")
    await box.press("Shift+Enter")
    await box.press_sequentially("lines")
    await box.press("Enter")

    await expect(page.locator("#messages .message .section br")).to_have_count(1)
    await expect(box).to_have_value("")


async def test_a_command_is_answered_to_its_user_alone(page: Page) -> None:
    box = page.locator("#channel textarea")
    await box.fill("/netcheck help")
    await box.press("Enter")

    await expect(page.locator(".ephemeral")).to_contain_text("Only visible to you")
    await page.get_by_label("You are").select_option(label="ben")
    await expect(page.locator("#messages")).to_contain_text("Nothing here yet.")


async def test_a_command_in_a_thread_is_refused_as_slack_does_and_what_was_typed_stays(
    page: Page,
) -> None:
    await paste(page)
    box = page.locator("#thread textarea")
    await box.fill("/netcheck dns")
    await box.press("Enter")

    await expect(page.locator("#news")).to_contain_text("not supported in threads")
    await expect(box).to_have_value("/netcheck dns")


async def test_the_shortcut_in_a_messages_menu_works_by_keyboard(page: Page) -> None:
    box = page.locator("#channel textarea")
    await box.fill('no endpoints available for service "cart" in namespace "shop"')
    await box.press("Enter")
    more = page.locator("#messages .tools summary")
    await more.focus()
    await more.press("Enter")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")

    await page.locator("#messages .replies").click()
    await expect(answer(page)).to_contain_text("Confirmed")


async def test_the_form_shows_its_errors_and_is_answered_in_the_channel(page: Page) -> None:
    await page.get_by_role("button", name="⚡ Check an error").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_role("button", name="Check").click()
    await expect(dialog.locator(".error").first).to_have_text("This field is needed")
    await dialog.locator("textarea").fill('no endpoints available for service "cart"')
    await dialog.locator("[data-block=namespace] input").fill("Not A Name")
    await dialog.get_by_role("button", name="Check").click()
    await expect(dialog.locator("[data-block=namespace] .error")).not_to_be_empty()
    await shoot(page, "form")
    await dialog.locator("[data-block=namespace] input").fill("shop")
    await dialog.get_by_role("button", name="Check").click()

    await expect(dialog).to_have_count(0)
    await expect(page.locator("#messages .message").last).to_contain_text("Confirmed")


async def test_escape_closes_a_form(page: Page) -> None:
    await page.get_by_role("button", name="⚡ Check an error").click()
    await expect(page.get_by_role("dialog")).to_be_visible()
    await page.keyboard.press("Escape")

    await expect(page.get_by_role("dialog")).to_have_count(0)


async def test_a_text_file_is_read_like_a_paste(page: Page) -> None:
    file = {
        "name": "error.log",
        "mimeType": "text/plain",
        "buffer": b'no endpoints available for service "cart" in namespace "shop"',
    }
    await page.locator("#channel input[type=file]").set_input_files(file)  # type: ignore[arg-type]
    await page.locator("#channel textarea").fill("@netcheck what is this?")
    await page.locator("#channel textarea").press("Enter")
    await page.locator("#messages .replies").click()

    await expect(answer(page)).to_contain_text("Confirmed")


async def test_a_channel_without_the_bot_says_how_to_invite_it(page: Page) -> None:
    await page.get_by_role("button", name="# hall").click()
    box = page.locator("#channel textarea")
    await box.fill("@netcheck anybody?")
    await box.press("Enter")
    await expect(page.locator(".ephemeral")).to_contain_text("/invite @netcheck")
    await box.fill("/invite @netcheck")
    await box.press("Enter")

    await expect(page.locator(".note")).to_have_count(0)


async def test_pasted_mark_up_stays_text(page: Page) -> None:
    box = page.locator("#channel textarea")
    await box.fill("<img src=x onerror=alert(1)> <!channel> **x** `<b>`")
    await box.press("Enter")

    shown = page.locator("#messages .message .section").last
    await expect(shown).to_contain_text("<img src=x onerror=alert(1)> <!channel>")
    await expect(shown.locator("img")).to_have_count(0)


async def test_on_a_narrow_screen_the_thread_takes_the_channels_place(
    url: str, browser: Browser
) -> None:
    async with opened(browser, url) as page:
        await page.set_viewport_size({"width": 420, "height": 800})
        await paste(page)

        await expect(page.locator("#thread")).to_be_visible()
        await expect(page.locator("#channel")).not_to_be_visible()
        width = await page.evaluate("document.documentElement.scrollWidth")
        assert width <= 420


async def test_from_a_paste_to_resolved(page: Page) -> None:
    await paste(page)
    reply = answer(page)
    await expect(reply).to_contain_text("Confirmed: Service has no endpoints")
    await reply.get_by_role("button", name="I'm on it").click()
    await expect(reply).to_contain_text("@ana is on it")
    await page.get_by_label("Sample cluster").select_option("")
    await reply.get_by_role("button", name="Check again").click()
    await expect(reply).to_contain_text("Not confirmed: Service has no endpoints")
    await reply.get_by_role("button", name="Resolve").click()
    window = page.get_by_role("dialog")
    await window.locator("textarea, input[type=text]").fill("selector of cart mended in the chart")
    await shoot(page, "resolve")
    await window.locator("footer .primary").click()

    await expect(window).to_have_count(0)
    await expect(reply).to_contain_text("selector of cart mended in the chart")
    await expect(reply.get_by_role("button", name="Resolve")).to_have_count(0)
    await page.get_by_role("button", name="◆ netcheck").click()
    await page.get_by_role("tab", name="Home").click()
    await expect(page.locator("#home")).to_contain_text("1 resolved")
    await shoot(page, "home")


async def test_the_whole_evidence_is_in_a_window(page: Page) -> None:
    await paste(page)
    await answer(page).get_by_role("button", name="Evidence").click()

    window = page.get_by_role("dialog")
    await expect(window).to_contain_text("What the checks saw")
    await expect(window).to_contain_text("app=cart-svc")
    await shoot(page, "evidence")


async def test_another_cause_is_found_by_its_words(page: Page) -> None:
    await paste(page)
    await answer(page).get_by_role("button", name="Not this cause").click()
    window = page.get_by_role("dialog")
    await window.get_by_role("searchbox").fill("coredns loop")
    option = window.locator("select option", has_text="forwards to itself")
    await option.wait_for(state="attached")
    await window.locator("select").select_option(await option.get_attribute("value"))
    await window.locator("footer .primary").click()

    await expect(window).to_have_count(0)
    await expect(answer(page)).to_contain_text("CoreDNS forwards to itself")


async def test_the_bot_is_taught_what_it_does_not_know(page: Page) -> None:
    box = page.locator("#channel textarea")
    unknown = "gateway-controller: route table frobnicated for tenant 17, peer refused handover"
    await box.fill(f"@netcheck {unknown}")
    await box.press("Enter")
    await page.locator("#messages .replies").click()
    await answer(page).get_by_role("button", name="Teach").click()
    window = page.get_by_role("dialog")
    await window.get_by_label("What is it?").fill("The tenant's handover is stuck")
    await window.get_by_label("What mends it?").fill("- Restart the handover of the tenant")
    await shoot(page, "teach")
    await window.locator("footer .primary").click()
    await expect(window).to_have_count(0)
    await expect(answer(page)).to_contain_text("@ana taught me")
    await box.fill(f"@netcheck {unknown.replace('17', '42')}")
    await box.press("Enter")
    await expect(page.locator("#messages .replies")).to_have_count(2)
    await page.locator("#messages .replies").last.click()

    await expect(answer(page)).to_contain_text("Restart the handover of the tenant")
