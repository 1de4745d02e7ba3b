namespace EncryptionService.Provisioning.Tests.Setting;

/// <summary>A clock that stands until the test moves it. Timers fire while it is moved, in the order of their times.</summary>
internal sealed class ManualTime : TimeProvider
{
    private readonly Lock gate = new();
    private readonly List<Alarm> alarms = [];
    private DateTimeOffset now = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>Timers that are set.</summary>
    public int Alarms
    {
        get
        {
            lock (gate)
            {
                return alarms.Count;
            }
        }
    }

    public override DateTimeOffset GetUtcNow()
    {
        lock (gate)
        {
            return now;
        }
    }

    public override long GetTimestamp() => GetUtcNow().UtcTicks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var alarm = new Alarm(this, () => callback(state));
        alarm.Change(dueTime, period);
        return alarm;
    }

    /// <summary>Time passes.</summary>
    public void Pass(TimeSpan span)
    {
        var end = GetUtcNow() + span;
        while (Next(end) is { } due)
        {
            due.Fire();
        }

        lock (gate)
        {
            now = end;
        }
    }

    private Alarm? Next(DateTimeOffset end)
    {
        lock (gate)
        {
            var due = alarms.Where(alarm => alarm.At <= end).MinBy(alarm => alarm.At);
            if (due is null)
            {
                return null;
            }

            now = due.At > now ? due.At : now;
            alarms.Remove(due);
            if (due.Period > TimeSpan.Zero)
            {
                due.At = now + due.Period;
                alarms.Add(due);
            }

            return due;
        }
    }

    private sealed class Alarm(ManualTime time, Action callback) : ITimer
    {
        public DateTimeOffset At { get; set; }

        public TimeSpan Period { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            var atOnce = dueTime == TimeSpan.Zero;
            lock (time.gate)
            {
                time.alarms.Remove(this);
                if (dueTime >= TimeSpan.Zero && !(atOnce && period <= TimeSpan.Zero))
                {
                    (At, Period) = (time.now + (atOnce ? period : dueTime), period);
                    time.alarms.Add(this);
                }
            }

            if (atOnce)
            {
                // As with the real clock, not within the call that sets the timer.
                ThreadPool.QueueUserWorkItem(_ => callback());
            }

            return true;
        }

        public void Fire() => callback();

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
