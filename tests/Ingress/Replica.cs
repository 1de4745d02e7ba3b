namespace EncryptionService.Ingress;

/// <summary>One replica behind the ingress, as the ingress sees it.</summary>
/// <param name="address">Where requests go: cleartext HTTP/2.</param>
/// <param name="ready">The probe that says whether it takes any: HTTP/1.1.</param>
internal sealed class Replica(Uri address, Uri ready)
{
    private int taken;
    private volatile bool isReady;
    private volatile bool isDrained;

    public Uri Address => address;

    public Uri Ready => ready;

    /// <summary>True while requests may be sent there.</summary>
    public bool IsOpen => isReady && !isDrained;

    public bool IsDrained => isDrained;

    /// <summary>Requests that were sent there.</summary>
    public int Taken => Volatile.Read(ref taken);

    /// <summary>The probe's last word, or that of a request that found nobody.</summary>
    public void Say(bool takesRequests) => isReady = takesRequests;

    /// <summary>No request goes there any more.</summary>
    public void Drain() => isDrained = true;

    public void Take() => Interlocked.Increment(ref taken);
}
