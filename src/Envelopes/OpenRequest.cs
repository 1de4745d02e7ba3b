using EncryptionService.Formats;

namespace EncryptionService.Envelopes;

/// <summary>All that opening looks at (envelope.md, section 11). What the core sent is text, and trusted for nothing.</summary>
public sealed record OpenRequest
{
    /// <summary>The organization whose member this is; from the client's own configuration.</summary>
    public required OrganizationId Organization { get; init; }

    /// <summary>The group that the client asked for.</summary>
    public required GroupId Group { get; init; }

    /// <summary>The member.</summary>
    public required MemberId Member { get; init; }

    /// <summary>The member's private keys.</summary>
    public required MemberPrivateKeys Keys { get; init; }

    /// <summary>Thumbprint of the organization key, which the member got outside the core; null: none yet.</summary>
    public required Thumbprint? PinnedOrganization { get; init; }

    /// <summary>What the client remembers of the group; null at the first time.</summary>
    public required GroupMemory? Memory { get; init; }

    /// <summary>
    /// The highest generation of an identity that the client has seen in any group of the organization; 0: none. A head signed under a lower one is refused,
    /// unless it is the very head that <see cref="Memory"/> has: what the member has goes on to open, nothing new comes from an identity that was replaced.
    /// </summary>
    public ulong LeastGeneration { get; init; }

    /// <summary>The envelope, a compact JWE, from the core.</summary>
    public required string Envelope { get; init; }

    /// <summary>Statements of the group in order of revision, compact JWS, from the core.</summary>
    public required IReadOnlyList<string> Statements { get; init; }

    /// <summary>The member's roster proof, a JSON array, from the core.</summary>
    public required string Proof { get; init; }

    /// <summary>Identity certificates, compact JWS, from the core.</summary>
    public required IReadOnlyList<string> Certificates { get; init; }
}
