using EncryptionService.Provisioning.Organizations;
using EncryptionService.Provisioning.Settings;
using Microsoft.Extensions.Options;

namespace EncryptionService.Provisioning.Admin.Accounts;

/// <summary>How often one address may have a password looked at in a minute, in this instance: each look costs more than a page.</summary>
internal sealed class SignInLimiter(TimeProvider time)
{
    /// <summary>Looks in a minute.</summary>
    public const int MostInAMinute = 30;

    private readonly WrongTokenLimiter limiter = new(Options.Create(new ProvisioningOptions { WrongTokensPerMinute = MostInAMinute }), time);

    /// <summary>Counts one; true: no more in this minute.</summary>
    public bool TooMany(HttpContext context) => limiter.Wrong(context.Connection.RemoteIpAddress) is not null;
}
