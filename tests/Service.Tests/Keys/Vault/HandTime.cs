namespace EncryptionService.Service.Tests.Keys.Vault;

/// <summary>A clock that stands until a test moves it; what was due fires while it is moved.</summary>
internal sealed class HandTime : TimeProvider
{
    private readonly Lock gate = new();
    private readonly List<Alarm> alarms = [];
    private DateTimeOffset now = new(2026, 5, 4, 9, 30, 0, TimeSpan.Zero);

    public override DateTimeOffset GetUtcNow()
    {
        lock (gate)
        {
            return now;
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var alarm = new Alarm(this, () => callback(state));
        alarm.Change(dueTime, period);
        return alarm;
    }

    /// <summary>Time passes.</summary>
    public void Pass(TimeSpan span)
    {
        List<Alarm> due;
        lock (gate)
        {
            now += span;
            due = [.. alarms.Where(alarm => alarm.At <= now).OrderBy(alarm => alarm.At)];
            alarms.RemoveAll(due.Contains);
        }

        due.ForEach(alarm => alarm.Fire());
    }

    private sealed class Alarm(HandTime time, Action fire) : ITimer
    {
        public DateTimeOffset At { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (time.gate)
            {
                time.alarms.Remove(this);
                if (dueTime > TimeSpan.Zero)
                {
                    At = time.now + dueTime;
                    time.alarms.Add(this);
                }
            }

            return true;
        }

        public void Fire() => fire();

        public void Dispose() => Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
