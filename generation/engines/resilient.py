"""Survive engine deaths: restart once for all, send again, and isolate what kills the engine.

A request that was in flight in two deaths is a suspect: it is run with few others, then alone,
while everything else waits. Only what kills the engine twice when it is alone is refused.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from ...personas.errors import EngineError
from .protocol import Completion, Engine, EngineDied, EngineInfo, Request, RequestRefused

# How many requests may be in flight together after so many deaths; 0 means no limit.
_COMPANY = (0, 0, 8, 1, 1)
_RESTART_PAUSE_SECONDS = 1.0


@dataclass(slots=True)
class _Trouble:
    """What one request has been through."""

    deaths: int = 0
    timeouts: int = 0


class ResilientEngine:
    """An `Engine` around another one, which it restarts.

    Args:
        engine: What does the work.
        max_restarts: Restarts in a row without a single completion between them, after which the
            engine counts as broken.
        request_timeout_seconds: Longest wait for one completion; None leaves that to `engine`.
    """

    def __init__(
        self,
        engine: Engine,
        *,
        max_restarts: int = 5,
        request_timeout_seconds: float | None = None,
    ) -> None:
        self._engine = engine
        self._max_restarts = max_restarts
        self._timeout_seconds = request_timeout_seconds
        self.n_restarts = 0
        """Restarts since construction."""
        self.n_suspects = 0
        """Requests that were ever run apart from the others."""
        self._restarts_in_a_row = 0
        self._generation = 0
        self._dead_generation = -1
        self._n_completions = 0
        self._restarting: asyncio.Task[None] | None = None
        self._broken: EngineError | None = None
        self._info: EngineInfo | None = None
        self._n_normal = 0
        self._suspects: list[int] = []
        self._n_suspects_waiting = 0
        self._turns: list[asyncio.Future[None]] = []

    @property
    def max_in_flight(self) -> int:
        """The inner engine's own number."""
        return self._engine.max_in_flight

    async def start(self) -> EngineInfo:
        """Start the inner engine. Idempotent."""
        self._info = await self._engine.start()
        return self._info

    async def close(self) -> None:
        """Stop the inner engine and any restart under way."""
        if self._restarting is not None:
            self._restarting.cancel()
            await asyncio.gather(self._restarting, return_exceptions=True)
        await self._engine.close()

    async def complete(self, request: Request) -> Completion:
        """Answer one request, over as many engine deaths as it takes.

        Raises:
            RequestRefused: If the request cannot be answered, or kills or hangs the engine.
            EngineError: If the engine cannot be brought back.
        """
        trouble = _Trouble()
        while True:
            company = _COMPANY[min(trouble.deaths, len(_COMPANY) - 1)]
            await self._enter(company)
            generation, completions = self._generation, self._n_completions
            try:
                # Nobody asks a dead engine: that would count as one more death of its request.
                while self._dead_generation == self._generation:
                    await self._restarted()
                generation, completions = self._generation, self._n_completions
                completion = await self._ask(request)
            except EngineDied as death:
                trouble.deaths += 1
                self._bury(generation, death)
                self._leave(company)
                if company == 1 and trouble.deaths >= len(_COMPANY):
                    raise RequestRefused(
                        f"request '{request.request_id}' kills the engine: it died "
                        f"{trouble.deaths} times with it, twice with nothing else in flight."
                    ) from death
            except TimeoutError:
                trouble.timeouts += 1
                if self._n_completions == completions:
                    # Nobody was answered in all that time: it is the engine that hangs.
                    reason = f"the engine answered nothing for {self._timeout_seconds:g} s."
                    self._bury(generation, EngineDied(reason))
                self._leave(company)
                if trouble.timeouts >= 2:
                    raise RequestRefused(
                        f"request '{request.request_id}' was not answered in "
                        f"{self._timeout_seconds:g} s, twice."
                    ) from None
            except BaseException:
                self._leave(company)
                raise
            else:
                self._leave(company)
                self._n_completions += 1
                self._restarts_in_a_row = 0
                return completion

    async def _ask(self, request: Request) -> Completion:
        if self._broken is not None:
            raise EngineError(str(self._broken))
        if self._timeout_seconds is None:
            return await self._engine.complete(request)
        async with asyncio.timeout(self._timeout_seconds):
            return await self._engine.complete(request)

    async def _enter(self, company: int) -> None:
        """Wait for a turn: suspects run in small groups, and only with each other."""
        if company == 0:
            while self._suspects or self._n_suspects_waiting:
                await self._next_turn()
            self._n_normal += 1
            return
        self.n_suspects += company == _COMPANY[2]
        self._n_suspects_waiting += 1
        try:
            while self._n_normal or len(self._suspects) >= min([company, *self._suspects]):
                await self._next_turn()
        finally:
            self._n_suspects_waiting -= 1
            # If this one was cancelled, the others may go on.
            self._wake()
        self._suspects.append(company)

    def _leave(self, company: int) -> None:
        if company == 0:
            self._n_normal -= 1
        else:
            self._suspects.remove(company)
        if self._turns:
            self._wake()

    async def _next_turn(self) -> None:
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._turns.append(turn)
        await turn

    def _wake(self) -> None:
        turns, self._turns = self._turns, []
        for turn in turns:
            if not turn.done():
                turn.set_result(None)

    def _bury(self, generation: int, death: EngineDied) -> None:
        """Note that a generation is dead and begin the next one, once for all its requests."""
        if generation == self._generation and self._dead_generation != generation:
            self._dead_generation = generation
            self._restarting = asyncio.create_task(self._bring_up(death))
            # Its failure reaches whoever waits for it; nobody may be waiting.
            self._restarting.add_done_callback(lambda task: task.cancelled() or task.exception())

    async def _restarted(self) -> None:
        # Shielded: a cancelled request must not leave the engine half started for the others.
        if self._restarting is None:
            return
        try:
            await asyncio.shield(self._restarting)
        except asyncio.CancelledError:
            if self._restarting.cancelled():
                raise EngineError("the engine was closed while it was restarted.") from None
            raise

    async def _bring_up(self, death: EngineDied) -> None:
        failure: EngineError = death
        while self._restarts_in_a_row < self._max_restarts:
            self._restarts_in_a_row += 1
            self.n_restarts += 1
            try:
                await self._engine.close()
                self._info = await self._engine.start()
            except EngineError as error:
                failure = error
                # What held the device or the port may need a moment to let go.
                await asyncio.sleep(_RESTART_PAUSE_SECONDS * self._restarts_in_a_row)
            else:
                self._generation += 1
                return
        self._broken = EngineError(
            f"the engine was restarted {self._restarts_in_a_row} times without one completion "
            f"between; the last failure: {failure} Resume the run when its cause is mended."
        )
        raise self._broken
