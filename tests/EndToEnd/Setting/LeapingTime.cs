using System.Collections.Concurrent;
using EncryptionService.Service.Health;

namespace EncryptionService.EndToEnd.Setting;

/// <summary>
/// A clock that leaps over every wait, except time-outs and a probe's patience, which pass as they do: nothing sleeps, and every wait that was leapt over is on
/// record.
/// </summary>
/// <param name="real">
/// The time-outs that are left to the real clock. No pause between tries may be as long as one: it would not be leapt over, and who counts what was leapt over
/// would wait in vain.
/// </param>
internal sealed class LeapingTime(params TimeSpan[] real) : TimeProvider
{
    private readonly ConcurrentQueue<TimeSpan> waits = new();
    private long leapt;

    public IReadOnlyList<TimeSpan> Real => real;

    /// <summary>Every wait that was leapt over, in order.</summary>
    public IReadOnlyList<TimeSpan> Waits => [.. waits];

    /// <summary>Some time passes.</summary>
    public void Pass(TimeSpan span) => Interlocked.Add(ref leapt, span.Ticks);

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + new TimeSpan(Interlocked.Read(ref leapt));

    public override long GetTimestamp() => GetUtcNow().UtcTicks;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (IsReal(dueTime))
        {
            return System.CreateTimer(callback, state, dueTime, period);
        }

        var timer = new Leap(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    private bool IsReal(TimeSpan wait) => real.Contains(wait) || wait == Readiness.Patience;

    private sealed class Leap(LeapingTime time, TimerCallback callback, object? state) : ITimer
    {
        private ITimer? inner;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            inner?.Dispose();
            inner = null;
            if (time.IsReal(dueTime))
            {
                inner = System.CreateTimer(callback, state, dueTime, period);
            }
            else if (dueTime >= TimeSpan.Zero)
            {
                time.waits.Enqueue(dueTime);
                Interlocked.Add(ref time.leapt, dueTime.Ticks);
                inner = System.CreateTimer(callback, state, TimeSpan.Zero, Timeout.InfiniteTimeSpan);
            }

            return true;
        }

        public void Dispose() => inner?.Dispose();

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
