from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
from populace.generation.engines import (
    Choice,
    Completion,
    EngineDied,
    EngineInfo,
    Request,
    RequestRefused,
    ResilientEngine,
    ScriptedEngine,
    ScriptedEngineConfig,
)
from populace.personas.errors import EngineError

from .engine_requests import make_request


class FragileEngine:
    """An engine that dies for everybody when it meets one of its `poison` ids."""

    max_in_flight = 8

    def __init__(
        self,
        *,
        poison: frozenset[str] = frozenset(),
        hangs: Callable[[str], bool] = lambda request_id: False,
        failing_starts: int = 0,
    ) -> None:
        self._poison = poison
        self._hangs = hangs
        self._failing_starts = failing_starts
        self.in_flight: dict[str, asyncio.Future[None]] = {}
        self.n_starts = 0
        self.company: dict[str, list[int]] = {}
        self._is_running = False

    async def start(self) -> EngineInfo:
        if not self._is_running:
            self.n_starts += 1
            if 1 < self.n_starts <= 1 + self._failing_starts:
                raise EngineError("the device is still in use.")
            self._is_running = True
        return EngineInfo(kind="scripted", model="fragile")

    async def complete(self, request: Request) -> Completion:
        if not self._is_running:
            raise EngineDied("not running.")
        gone: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.in_flight[request.request_id] = gone
        self.company.setdefault(request.request_id, []).append(len(self.in_flight))
        try:
            if self._hangs(request.request_id):
                await gone
            done, _ = await asyncio.wait([gone], timeout=0.002)
            if done:
                gone.result()
            if request.request_id in self._poison:
                self.kill()
                raise EngineDied("it was poison.")
            return Completion(request.request_id, (Choice("{}", "stop", 1),), 1)
        finally:
            self.in_flight.pop(request.request_id, None)
            gone.cancel()
            if not gone.cancelled():
                gone.exception()

    def kill(self) -> None:
        self._is_running = False
        for gone in self.in_flight.values():
            if not gone.done():
                gone.set_exception(EngineDied("killed."))

    async def close(self) -> None:
        self.kill()


async def run_all(engine: ResilientEngine, n: int, window: int = 8) -> dict[str, object]:
    outcomes: dict[str, object] = {}
    slots = asyncio.Semaphore(window)

    async def one(request: Request) -> None:
        async with slots:
            try:
                outcomes[request.request_id] = await engine.complete(request)
            except EngineError as error:
                outcomes[request.request_id] = error

    await engine.start()
    await asyncio.gather(*(one(make_request(str(i))) for i in range(n)))
    return outcomes


def test_one_death_restarts_once_and_loses_nothing() -> None:
    async def scenario() -> None:
        inner = FragileEngine()
        engine = ResilientEngine(inner)
        asyncio.get_running_loop().call_later(0.003, inner.kill)
        outcomes = await run_all(engine, 40)
        assert all(isinstance(outcome, Completion) for outcome in outcomes.values())
        assert (inner.n_starts, engine.n_restarts) == (2, 1)

    asyncio.run(scenario())


@pytest.mark.parametrize("poison", [{"3"}, {"3", "4", "17"}])
def test_only_the_poison_is_refused_and_it_ran_alone(poison: set[str]) -> None:
    async def scenario() -> None:
        inner = FragileEngine(poison=frozenset(poison))
        engine = ResilientEngine(inner)
        outcomes = await run_all(engine, 40)
        refused = {name for name, outcome in outcomes.items() if isinstance(outcome, EngineError)}
        assert refused == poison
        for name in poison:
            assert isinstance(outcomes[name], RequestRefused)
            assert "kills the engine" in str(outcomes[name])
            # Twice alone before it is given up: one death may be somebody else's doing.
            assert inner.company[name][-2:] == [1, 1]
        assert len(outcomes) == 40

    asyncio.run(scenario())


def test_an_engine_killed_again_and_again_from_outside_loses_nothing() -> None:
    async def scenario() -> None:
        inner = FragileEngine()
        engine = ResilientEngine(inner, max_restarts=50)

        async def kill_often() -> None:
            for _ in range(20):
                await asyncio.sleep(0.007)
                inner.kill()

        killer = asyncio.create_task(kill_often())
        outcomes = await run_all(engine, 200)
        await killer
        assert all(isinstance(outcome, Completion) for outcome in outcomes.values())

    asyncio.run(scenario())


def test_an_engine_that_never_comes_back_is_an_engine_error() -> None:
    async def scenario() -> None:
        engine = ResilientEngine(
            ScriptedEngine(ScriptedEngineConfig(poison_rate=1.0)), max_restarts=3
        )
        await engine.start()
        with pytest.raises(EngineError, match="restarted 3 times without one completion"):
            await asyncio.gather(*(engine.complete(make_request(str(i))) for i in range(20)))
        assert engine.n_restarts == 3
        with pytest.raises(EngineError, match="Resume the run"):
            await engine.complete(make_request("later"))

    asyncio.run(scenario())


def test_a_failing_start_is_tried_again() -> None:
    async def scenario() -> None:
        inner = FragileEngine(failing_starts=1)
        engine = ResilientEngine(inner)
        asyncio.get_running_loop().call_later(0.003, inner.kill)
        outcomes = await run_all(engine, 10)
        assert all(isinstance(outcome, Completion) for outcome in outcomes.values())

    asyncio.run(scenario())


def test_a_request_that_is_never_answered_is_refused_and_others_go_on() -> None:
    async def scenario() -> None:
        inner = FragileEngine(hangs=lambda request_id: request_id == "5")
        engine = ResilientEngine(inner, request_timeout_seconds=0.05)
        outcomes = await run_all(engine, 100, window=2)
        refused = [name for name, each in outcomes.items() if isinstance(each, RequestRefused)]
        assert refused == ["5"]
        assert "not answered in 0.05 s, twice" in str(outcomes["5"])

    asyncio.run(scenario())


def test_an_engine_that_answers_nobody_is_restarted() -> None:
    async def scenario() -> None:
        inner = FragileEngine(hangs=lambda request_id: inner.n_starts == 1)
        engine = ResilientEngine(inner, request_timeout_seconds=0.05)
        outcomes = await run_all(engine, 6)
        assert all(isinstance(outcome, Completion) for outcome in outcomes.values())
        assert inner.n_starts == 2

    asyncio.run(scenario())


def test_cancelled_requests_leave_the_others_alone() -> None:
    """Cancelled while they run, wait for a restart, or wait as suspects: nobody hangs after."""

    async def scenario() -> None:
        inner = FragileEngine(poison=frozenset({"7"}))
        engine = ResilientEngine(inner)
        await engine.start()
        tasks = [asyncio.create_task(engine.complete(make_request(str(i)))) for i in range(30)]
        for i in range(0, 30, 3):
            await asyncio.sleep(0.001)
            tasks[i].cancel()
        outcomes = await asyncio.wait_for(asyncio.gather(*tasks, return_exceptions=True), 20)
        for i, outcome in enumerate(outcomes):
            if i == 7:
                assert isinstance(outcome, RequestRefused)
            elif i % 3:
                assert isinstance(outcome, Completion)
        assert await engine.complete(make_request("afterwards"))

    asyncio.run(scenario())


def test_scripted_deaths_are_survived_and_poison_is_named() -> None:
    async def scenario() -> None:
        config = ScriptedEngineConfig(delay_ms=1, die_rate=0.02, poison_rate=0.01)
        engine = ResilientEngine(ScriptedEngine(config), max_restarts=20)
        outcomes = await run_all(engine, 300, window=16)
        refused = [e for e in outcomes.values() if isinstance(e, EngineError)]
        assert len(outcomes) == 300
        assert 0 < len(refused) < 15
        assert all(isinstance(error, RequestRefused) for error in refused)

    asyncio.run(scenario())
