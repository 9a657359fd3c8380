"""C4, the camera: a picture is taken, found bad, taken again and sent; or the camera is refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Final

import pytest
from PIL import Image, ImageFilter
from playwright.sync_api import Browser, expect

from tests.journeys import steps_people
from tests.journeys.steps_reading import Reader, Way, reader_of
from tests.kyc.drawings import picture
from tests.support.browser import FLAGS, OpenPage, chromium
from tests.support.product import LiveProduct

SEEN: Final = (1280, 720)  # what the camera gives
FRAMES: Final = 5
FRONT: Final = "/me/real-name/pictures/front"
GOOD: Final = "It looks good: sharp, evenly lit, complete."
BLURRED: Final = "It looks blurred. Hold the phone still, or go a little further away."
REFUSED: Final = "The camera could not be opened. Choose a photo instead."
# Every camera that the page has opened, and whether it still runs.
WATCH: Final = """
window.tracks = [];
const devices = navigator.mediaDevices;
const original = devices.getUserMedia.bind(devices);
devices.getUserMedia = async (wish) => {
  const stream = await original(wish);
  window.tracks.push(...stream.getVideoTracks());
  return stream;
};
"""
STATES: Final = "() => tracks.map((track) => track.readyState)"

OpenReader = Callable[..., Reader]


class Scene:
    """What stands before the camera. It is looked at each time the camera is opened."""

    def __init__(self, file: Path) -> None:
        self.file = file
        card = Image.open(BytesIO(picture(size=SEEN))).convert("RGB")
        self._shown = {"sharp": card, "blurred": card.filter(ImageFilter.GaussianBlur(40))}
        self.becomes("blurred")

    def becomes(self, name: str) -> None:
        """Write some frames of a picture (YUV4MPEG2), whole or not at all."""
        light, blue, red = self._shown[name].convert("YCbCr").split()
        half = (SEEN[0] // 2, SEEN[1] // 2)
        planes = [light, blue.resize(half), red.resize(half)]
        frame = b"FRAME\n" + b"".join(plane.tobytes() for plane in planes)
        head = f"YUV4MPEG2 W{SEEN[0]} H{SEEN[1]} F10:1 Ip A1:1 C420jpeg\n".encode()
        fresh = self.file.with_suffix(".new")
        fresh.write_bytes(head + frame * FRAMES)
        fresh.replace(self.file)


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    """Put a blurred document before the camera."""
    return Scene(tmp_path / "scene.y4m")


@pytest.fixture
def filming(browser: Browser, scene: Scene) -> Iterator[Browser]:
    """Start a browser of its own, whose camera shows the scene."""
    camera = [
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={scene.file}",
    ]
    made = browser.browser_type.launch(executable_path=chromium(), args=[*FLAGS, *camera])
    yield made
    made.close()


@pytest.fixture
def somebody(
    live_product: LiveProduct, open_page: OpenPage, filming: Browser, way: Way, seen: set[str]
) -> OpenReader:
    """Put somebody before the first picture; `allowed` is what their browser lets the page use."""

    def arrive(*allowed: str) -> Reader:
        opened = partial(open_page, inside=filming, permissions=list(allowed))
        reader = reader_of(live_product, way, opened, seen)
        reader.page.add_init_script(WATCH)
        steps_people.enrolled(reader, pin=False)
        reader.go("/me/real-name/document")
        with reader.page.expect_navigation():
            reader.page.locator("main button[value=prc_id]").click()
        reader.is_at(FRONT)
        return reader

    return arrive


def _takes(reader: Reader, *, presses: int = 1) -> None:
    """Open the camera, see something in it, and take the picture; the camera is off again."""
    for _ in range(presses):
        reader.button("Use the camera").click()
    expect(reader.page.locator("[data-capture-camera] video")).to_be_visible()
    reader.page.wait_for_function("document.querySelector('video').videoWidth > 0")
    reader.button("Take the picture").click()
    expect(reader.page.locator("[data-capture-camera]")).to_be_hidden()
    assert set(reader.page.evaluate(STATES)) == {"ended"}


def _is_kept(reader: Reader, ratio: float) -> None:
    """Look at the picture that was sent, as the product kept it."""
    reader.is_at("/me/real-name/pictures/back")
    reader.go(FRONT)
    kept = reader.page.locator("img.kyc-thumb")
    expect(kept).to_be_visible()
    size = "picture => picture.decode().then(() => picture.naturalWidth / picture.naturalHeight)"
    assert kept.evaluate(size) == pytest.approx(ratio, rel=0.01)


def test_c4_a_blurred_picture_is_named_taken_again_and_sent(
    somebody: OpenReader, scene: Scene
) -> None:
    reader = somebody("camera")
    form = reader.page.locator("form[data-capture]")
    _takes(reader)
    reader.reads(BLURRED)
    expect(form).to_have_attribute("data-judged", "blurred")
    reader.look("kyc-camera-blurred")
    scene.becomes("sharp")
    _takes(reader, presses=2)
    reader.reads(GOOD)
    expect(form).to_have_attribute("data-judged", "good")
    reader.look("kyc-camera-good")
    reader.sends("Use this picture")
    _is_kept(reader, SEEN[0] / SEEN[1])


def test_c4_who_refuses_the_camera_chooses_a_file(somebody: OpenReader, tmp_path: Path) -> None:
    reader = somebody("geolocation")
    reader.button("Use the camera").click()
    reader.reads(REFUSED)
    reader.look("kyc-camera-refused")
    for hidden in ("camera", "shoot"):
        expect(reader.page.locator(f"[data-capture-{hidden}]")).to_be_hidden()
    file = tmp_path / "front.jpg"
    file.write_bytes(picture())
    with reader.page.expect_file_chooser() as chooser:
        reader.button("Choose a photo").click()
    chooser.value.set_files(file)
    reader.reads(GOOD)
    reader.sends("Use this picture")
    _is_kept(reader, 900 / 600)
