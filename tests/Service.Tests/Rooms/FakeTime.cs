namespace EncryptionService.Service.Tests.Rooms;

/// <summary>A clock that a test sets.</summary>
internal sealed class FakeTime : TimeProvider
{
    public DateTimeOffset Now { get; set; } = new(2026, 5, 4, 9, 30, 0, TimeSpan.Zero);

    public long Seconds => Now.ToUnixTimeSeconds();

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => Now;

    public override long GetTimestamp() => Now.UtcTicks;
}
