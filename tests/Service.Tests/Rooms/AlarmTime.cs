namespace EncryptionService.Service.Tests.Rooms;

/// <summary>A clock that stands until the test lets time pass, and that can be set without time passing. What waits for it is woken.</summary>
internal sealed class AlarmTime : TimeProvider
{
    private readonly Lock gate = new();
    private readonly List<Alarm> alarms = [];
    private TimeSpan set;
    private long passed;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow()
    {
        lock (gate)
        {
            return new DateTimeOffset(2026, 5, 4, 9, 30, 0, TimeSpan.Zero) + set + new TimeSpan(passed);
        }
    }

    public override long GetTimestamp() => Interlocked.Read(ref passed);

    /// <summary>Somebody sets the clock.</summary>
    public void Set(TimeSpan by)
    {
        lock (gate)
        {
            set += by;
        }
    }

    /// <summary>Time passes.</summary>
    public void Pass(TimeSpan span)
    {
        Alarm[] due;
        lock (gate)
        {
            passed += span.Ticks;
            due = [.. alarms.Where(alarm => alarm.At <= passed)];
            alarms.RemoveAll(alarm => due.Contains(alarm));
        }

        Array.ForEach(due, alarm => alarm.Ring());
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var alarm = new Alarm(this, () => callback(state));
        alarm.Change(dueTime, period);
        return alarm;
    }

    private sealed class Alarm(AlarmTime time, Action ring) : ITimer
    {
        public long At { get; private set; }

        public void Ring() => ring();

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (time.gate)
            {
                time.alarms.Remove(this);
                if (dueTime >= TimeSpan.Zero)
                {
                    At = time.passed + dueTime.Ticks;
                    time.alarms.Add(this);
                }
            }

            return true;
        }

        public void Dispose()
        {
            lock (time.gate)
            {
                time.alarms.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
