using System.Net;
using System.Net.Sockets;
using EncryptionService.Provisioning.Settings;
using Microsoft.Extensions.Options;

namespace EncryptionService.Provisioning.Organizations;

/// <summary>
/// Counts wrong tokens by caller's address, minute by minute, in this instance. A door asks only after it found a token to be wrong, so a right one is
/// never delayed and never counted.
/// </summary>
internal sealed class WrongTokenLimiter(IOptions<ProvisioningOptions> options, TimeProvider time)
{
    /// <summary>Most addresses counted one by one in a minute; further ones share a count, so that nobody fills the memory.</summary>
    private const int MostAddresses = 50_000;

    private const long Minute = 60;

    private readonly Lock entry = new();
    private readonly Dictionary<IPAddress, int> counts = [];
    private long minute;

    /// <summary>Counts one wrong token.</summary>
    /// <param name="address">Whom it came from. Addresses of one IPv6 network of 64 bits are one caller.</param>
    /// <returns>Null while the answer is 401; the time until the count begins anew where it is 429.</returns>
    public TimeSpan? Wrong(IPAddress? address)
    {
        var caller = Caller(address);
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        lock (entry)
        {
            if (now / Minute != minute)
            {
                minute = now / Minute;
                counts.Clear();
            }

            var counted = counts.Count < MostAddresses || counts.ContainsKey(caller) ? caller : IPAddress.None;
            var count = Math.Min(counts.GetValueOrDefault(counted) + 1, int.MaxValue - 1);
            counts[counted] = count;
            return count > options.Value.WrongTokensPerMinute ? TimeSpan.FromSeconds(Minute - (now % Minute)) : null;
        }
    }

    private static IPAddress Caller(IPAddress? address)
    {
        if (address is null)
        {
            return IPAddress.None;
        }

        if (address.AddressFamily == AddressFamily.InterNetwork || address.IsIPv4MappedToIPv6)
        {
            return address.MapToIPv4();
        }

        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        bytes[8..].Clear();
        return new IPAddress(bytes);
    }
}
