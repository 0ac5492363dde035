"""What would hold up the loop is done aside: in a thread of its own, for a bounded time."""

import asyncio
import contextlib
import threading
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


async def aside(act: Callable[[], T], seconds: float) -> T:
    """What `act` gives or raises. TimeoutError once the time is over; then the thread is left to itself.

    Not the loop's own pool of threads: the end of the process would wait for one that hangs.
    """
    loop = asyncio.get_running_loop()
    done: asyncio.Future[T] = loop.create_future()

    def settle(result: T | None, error: BaseException | None) -> None:
        if done.done():
            return
        if error is not None:
            done.set_exception(error)
        else:
            done.set_result(result)  # type: ignore[arg-type]  # what `act` gave

    def work() -> None:
        result: T | None = None
        error: BaseException | None = None
        try:
            result = act()
        except Exception as raised:  # noqa: BLE001  it is raised where it is waited for
            error = raised
        with contextlib.suppress(RuntimeError):  # the loop is over
            loop.call_soon_threadsafe(settle, result, error)

    threading.Thread(target=work, daemon=True, name="aside").start()
    async with asyncio.timeout(seconds):
        return await done
