using EncryptionService.Formats;
using EncryptionService.Service.Settings;
using EncryptionService.Service.Trust;
using Microsoft.Extensions.Options;

namespace EncryptionService.Service;

/// <summary>What annotations cannot say about the settings. Every fault is reported, at once.</summary>
internal sealed class SettingsCheck : IValidateOptions<ServiceOptions>, IValidateOptions<CoreOptions>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, ServiceOptions options)
    {
        var faults = new List<string>();
        if (!SuiteList.TryParse(options.Suites, out _, out var suites))
        {
            faults.Add(suites);
        }

        if (!Operators.TryParse(options.OperatorKeys, out var operators, out var error))
        {
            faults.Add($"Service:OperatorKeys {error}");
        }
        else if (options.TrustLevel == TrustLevel.Approved && operators.Count == 0)
        {
            faults.Add("Service:TrustLevel is Approved, but Service:OperatorKeys is empty: nobody could approve anything");
        }

        if (options.PublicAddress is { IsAbsoluteUri: false })
        {
            faults.Add("Service:PublicAddress must be an absolute address");
        }

        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, CoreOptions options)
    {
        var faults = new List<string>();
        if (options.Url is { } url && !(url is { IsAbsoluteUri: true } && (url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && url.IsLoopback))))
        {
            faults.Add("Core:Url must be an https address (http only for a loopback address)");
        }

        if (options.Url is { IsAbsoluteUri: true } address && address.PathAndQuery != "/")
        {
            faults.Add("Core:Url must be an address without a path: the paths of docs/spec/core.md are below its root");
        }

        if (options.CallKey.Length > 0 && !SigningJwk.TryParse(options.CallKey, out _, out var problem))
        {
            faults.Add($"Core:CallKey: {problem.Message}");
        }

        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}
