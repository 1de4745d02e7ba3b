namespace EncryptionService.Chain.Tests.Setting;

/// <summary>A clock that goes wrong as a test wants it. Waits take what they take.</summary>
internal sealed class ShiftedTime : TimeProvider
{
    private long shift;

    /// <summary>How far it is ahead of what is right.</summary>
    public TimeSpan Shift
    {
        get => new(Interlocked.Read(ref shift));
        set => Interlocked.Exchange(ref shift, value.Ticks);
    }

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + Shift;
}
