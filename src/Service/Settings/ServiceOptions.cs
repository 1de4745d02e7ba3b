using System.ComponentModel.DataAnnotations;
using EncryptionService.Hosting;
using Microsoft.Extensions.Options;

namespace EncryptionService.Service.Settings;

/// <summary>How far the service trusts keys that it sees for the first time (docs/spec/membership.md, section 5).</summary>
public enum TrustLevel
{
    /// <summary>The first keys seen for a member are pinned.</summary>
    Pinned,

    /// <summary>First keys are pinned only once an operator has signed them.</summary>
    Approved,
}

/// <summary>Who the service is and whom it serves: section <c>Service</c> of the configuration.</summary>
public sealed class ServiceOptions
{
    /// <summary>The organization that this service belongs to; an id of 1 to 64 characters from <c>[A-Za-z0-9._-]</c>. Required.</summary>
    [Required]
    [RegularExpression("^[A-Za-z0-9._-]{1,64}$")]
    public string OrganizationId { get; set; } = "";

    /// <summary>Address under which the core reaches the gRPC door. Default: taken from the container platform's variables, else <c>http://localhost:&lt;GrpcPort&gt;</c>.</summary>
    public Uri? PublicAddress { get; set; }

    /// <summary>Suites that members' keys may have, strongest first. Default: HPKE-4, HPKE-7, HPKE-3.</summary>
    [Required]
    public string Suites { get; set; } = "HPKE-4,HPKE-7,HPKE-3";

    /// <summary>Trust in first keys. Default: <see cref="TrustLevel.Pinned"/>.</summary>
    public TrustLevel TrustLevel { get; set; } = TrustLevel.Pinned;

    /// <summary>The operators' public signing keys, a JSON array of JWK or a JWK Set. Default: none, and then nothing needs or has an operator's word.</summary>
    public string OperatorKeys { get; set; } = "[]";

    /// <summary>Leave to start with less trust in the core than the ledger remembers: a lower level, or fewer operator keys. Default false; for one start, then taken away again.</summary>
    public bool LowerTrustLevel { get; set; }

    /// <summary>Serve the member's page under <c>/member</c> of the gRPC port, to everybody who reaches it. Default false.</summary>
    public bool MemberPage { get; set; }

    /// <summary>One-time token for the first start, issued by the core. Needed only while the ledger has no root.</summary>
    public string? EnrolmentToken { get; set; }

    /// <summary>Generation of the identity that a first start makes, and the least that any start accepts. Default 1; one more each time a ledger was lost for good, so that members see that it is a new one.</summary>
    [Range(1, 1_000_000)]
    public int IdentityGeneration { get; set; } = 1;

    /// <summary>Envelopes that <c>Reseal</c> may make in an hour, in each replica. Default 200,000; 1 to 100,000,000.</summary>
    [Range(1, 100_000_000)]
    public int ResealBudgetPerHour { get; set; } = 200_000;

    /// <summary>Members of all groups that may stay in memory at once; least recently used groups are dropped first. Default 100,000, about 120 MB; 1,000 to 50,000,000.</summary>
    [Range(1_000, 50_000_000)]
    public int CachedMembers { get; set; } = 100_000;

    /// <summary>Port of the gRPC door (cleartext HTTP/2 behind the ingress). Default 8080; 0 picks a free one.</summary>
    [Range(0, 65_535)]
    public int GrpcPort { get; set; } = 8080;

    /// <summary>Port of the health probes (HTTP/1.1). Default 8081; 0 picks a free one.</summary>
    [Range(0, 65_535)]
    public int ProbePort { get; set; } = 8081;

    /// <summary>Listen on loopback only: for one machine and for tests. Default false.</summary>
    public bool LoopbackOnly { get; set; }

    /// <summary>Revision name for logs and status. Default: what the container platform says, else <c>local</c>.</summary>
    [Required]
    [RegularExpression(Instance.NamePattern)]
    public string RevisionName { get; set; } = Instance.DefaultRevision();

    /// <summary>Replica name for logs and status. Default: what the container platform says, else the host's name.</summary>
    [Required]
    [RegularExpression(Instance.NamePattern)]
    public string ReplicaName { get; set; } = Instance.DefaultReplica();
}

/// <summary>Checks <see cref="ServiceOptions"/> and reports every fault at once.</summary>
[OptionsValidator]
internal sealed partial class ServiceOptionsValidator : IValidateOptions<ServiceOptions>;
