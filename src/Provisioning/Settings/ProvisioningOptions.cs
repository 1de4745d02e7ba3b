using System.ComponentModel.DataAnnotations;
using System.Text.RegularExpressions;
using EncryptionService.Hosting;
using Microsoft.Extensions.Options;

namespace EncryptionService.Provisioning.Settings;

/// <summary>What this core is, and where it listens: section <c>Provisioning</c> of the configuration.</summary>
public sealed partial class ProvisioningOptions : IValidatableObject
{
    /// <summary>Address under which IdPs, services and members reach the core, without a path. Default <c>http://localhost:&lt;Port&gt;</c>.</summary>
    public Uri? PublicUrl { get; set; }

    /// <summary>Id of this core: the audience of the tokens that services and members make. Default <c>core</c>.</summary>
    [Required]
    [RegularExpression("^[A-Za-z0-9._-]{1,64}$")]
    public string CoreId { get; set; } = "core";

    /// <summary>Port, HTTP/1.1; TLS is the ingress's work. Default 8090; 0 picks a free one.</summary>
    [Range(0, 65_535)]
    public int Port { get; set; } = 8090;

    /// <summary>Listen on loopback only: for one machine and for tests. Default false.</summary>
    public bool LoopbackOnly { get; set; }

    /// <summary>Services may be enrolled with loopback and private addresses and without TLS: for one machine and for tests. Default false.</summary>
    public bool AllowLocalServices { get; set; }

    /// <summary>
    /// The service's image that new configuration files name, by digest: <c>registry/repository@sha256:</c> and 64 hexadecimal digits. Default: none, and then no
    /// file can be made.
    /// </summary>
    public string? ServiceImage { get; set; }

    /// <summary>Folder of the keys that protect the call keys in the database; shared by all instances. Default <c>.data/keys</c>.</summary>
    [Required]
    public string KeysPath { get; set; } = Path.Combine(".data", "keys");

    /// <summary>Days from the last suspension to deletion. Default 30.</summary>
    [Range(1, 3_650)]
    public int PurgeAfterDays { get; set; } = 30;

    /// <summary>Days that the provisioning log goes back. Default 30.</summary>
    [Range(1, 3_650)]
    public int LogDays { get; set; } = 30;

    /// <summary>SCIM calls of an organization that the provisioning log keeps at most. Default 200,000.</summary>
    [Range(1_000, 10_000_000)]
    public int LogRows { get; set; } = 200_000;

    /// <summary>Wrong tokens a minute from one address before further wrong ones are answered 429. Default 100.</summary>
    [Range(1, 1_000_000)]
    public int WrongTokensPerMinute { get; set; } = 100;

    /// <summary>
    /// Take the caller's address from the last entry of <c>X-Forwarded-For</c>, which the one hop before the core wrote; whatever stands before it is the
    /// caller's own word. Only where nothing but an ingress that writes this header reaches the port: whoever else does can name any address. Where it is
    /// false behind an ingress, all callers have its address and share one count of wrong tokens. Default false.
    /// </summary>
    public bool ForwardedFor { get; set; }

    /// <summary>Revision name for logs and status. Default: what the container platform says, else <c>local</c>.</summary>
    [Required]
    [RegularExpression(Instance.NamePattern)]
    public string RevisionName { get; set; } = Instance.DefaultRevision();

    /// <summary>Replica name for logs and status. Default: what the container platform says, else the host's name.</summary>
    [Required]
    [RegularExpression(Instance.NamePattern)]
    public string ReplicaName { get; set; } = Instance.DefaultReplica();

    /// <summary>The address that others use.</summary>
    internal Uri PublicAddress => PublicUrl ?? new Uri($"http://localhost:{Port}");

    /// <summary>Whether others come over TLS, which ends before the core.</summary>
    internal bool IsOverTls => PublicAddress.Scheme == Uri.UriSchemeHttps;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (PublicUrl is { } url
            && !(url is { IsAbsoluteUri: true, PathAndQuery: "/", Fragment: "", UserInfo: "" } && (url.Scheme == Uri.UriSchemeHttps || url.Scheme == Uri.UriSchemeHttp)))
        {
            yield return new ValidationResult("Provisioning:PublicUrl must be an https address without a path (http on one machine).", [nameof(PublicUrl)]);
        }

        if (ServiceImage is { } image && !ByDigest().IsMatch(image))
        {
            yield return new ValidationResult(
                "Provisioning:ServiceImage must name the image by digest, registry/repository@sha256:<64 hexadecimal digits>: a tag can change.", [nameof(ServiceImage)]);
        }
    }

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._:/-]{0,255}@sha256:[0-9a-f]{64}\z")]
    private static partial Regex ByDigest();
}

/// <summary>Checks <see cref="ProvisioningOptions"/> and reports every fault at once.</summary>
[OptionsValidator]
internal sealed partial class ProvisioningOptionsValidator : IValidateOptions<ProvisioningOptions>;
