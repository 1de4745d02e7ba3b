using System.Collections.Concurrent;

namespace EncryptionService.EndToEnd.Setting;

/// <summary>A clock that leaps over every wait, except those of time-outs, which pass as they do: nothing sleeps, and every wait is on record.</summary>
/// <param name="real">The waits that are left to the real clock.</param>
internal sealed class LeapingTime(params TimeSpan[] real) : TimeProvider
{
    private readonly ConcurrentQueue<TimeSpan> waits = new();
    private long leapt;

    /// <summary>Every wait that was leapt over, in order.</summary>
    public IReadOnlyList<TimeSpan> Waits => [.. waits];

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + new TimeSpan(Interlocked.Read(ref leapt));

    public override long GetTimestamp() => GetUtcNow().UtcTicks;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (real.Contains(dueTime))
        {
            return System.CreateTimer(callback, state, dueTime, period);
        }

        var timer = new Leap(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    private sealed class Leap(LeapingTime time, TimerCallback callback, object? state) : ITimer
    {
        private ITimer? inner;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            inner?.Dispose();
            inner = null;
            if (time.Real.Contains(dueTime))
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

    public IReadOnlyList<TimeSpan> Real => real;

    /// <summary>Some time passes.</summary>
    public void Pass(TimeSpan span) => Interlocked.Add(ref leapt, span.Ticks);
}
