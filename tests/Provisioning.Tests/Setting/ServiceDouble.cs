using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using EncryptionService.Formats;

namespace EncryptionService.Provisioning.Tests.Setting;

/// <summary>The keys of an organization's service, and what it signs with them for the core.</summary>
internal sealed class ServiceDouble(string organization, TimeProvider time, ECDsa? organizationKey = null, ulong generation = 1) : IDisposable
{
    public OrganizationId Organization { get; } = OrganizationId.TryParse(organization, out var id) ? id : throw new ArgumentException("No id.", nameof(organization));

    public ECDsa OrganizationKey { get; } = organizationKey ?? Curve();

    public ECDsa Identity { get; } = Curve();

    public ECDsa CallKey { get; init; } = Curve();

    public Thumbprint IdentityThumbprint => SigningJwk.Of(Identity).Thumbprint;

    public string EnrolmentPath => $"/v1/organizations/{Organization}/enrolment";

    private long Now => time.GetUtcNow().ToUnixTimeSeconds();

    private string Id => Guid.CreateVersion7(time.GetUtcNow()).ToString("N");

    public string Certificate() => JwsSigner.Sign(OrganizationKey, new IdentityCertificate
    {
        Organization = Organization,
        Generation = generation,
        Identity = SigningJwk.Of(Identity),
        Adoption = AdoptionKey(),
        IssuedAt = Now,
        OrganizationKey = SigningJwk.Of(OrganizationKey),
    });

    public Enrolment Claims(string? token) => new()
    {
        Organization = Organization,
        Audience = "core",
        Certificate = Certificate(),
        CallKey = SigningJwk.Of(CallKey),
        Address = "http://localhost:9090/",
        Version = "0.1.0",
        RevisionName = "local",
        ReplicaName = "local-a",
        Token = token,
        IssuedAt = Now,
        ExpiresAt = Now + 300,
        Id = Id,
    };

    /// <summary>Sends an enrolment.</summary>
    public async Task<Reply> EnrolAsync(ListeningCore core, string? token, Func<Enrolment, Enrolment>? change = null, ECDsa? signer = null)
    {
        var claims = Claims(token);
        var body = Encoding.UTF8.GetBytes(new JsonObject { ["enrolment"] = JwsSigner.Sign(signer ?? Identity, change?.Invoke(claims) ?? claims) }.ToJsonString());
        return await core.SendAsync(HttpMethod.Post, EnrolmentPath, body, Token($"POST {EnrolmentPath}", body));
    }

    /// <summary>Sends a post.</summary>
    public async Task<Reply> PostAsync(ListeningCore core, string group, JsonNode post)
    {
        var path = PathOf(group);
        var body = Encoding.UTF8.GetBytes(post.ToJsonString());
        return await core.SendAsync(HttpMethod.Post, path, body, Token($"POST {path}", body));
    }

    public string PathOf(string group) => $"/v1/organizations/{Organization}/groups/{group}/posts";

    /// <summary>A token of a call.</summary>
    public string Token(string method, byte[] body, Func<CallToken, CallToken>? change = null, ECDsa? signer = null)
    {
        var claims = new CallToken
        {
            Organization = Organization,
            Audience = "core",
            Method = method,
            Request = Digest32.Of(body),
            IssuedAt = Now,
            ExpiresAt = Now + 300,
            Id = Id,
        };
        return JwsSigner.Sign(signer ?? CallKey, change?.Invoke(claims) ?? claims);
    }

    public void Dispose()
    {
        OrganizationKey.Dispose();
        Identity.Dispose();
        CallKey.Dispose();
    }

    private static ECDsa Curve() => ECDsa.Create(ECCurve.NamedCurves.nistP256);

    private static HpkeJwk AdoptionKey()
    {
        using var keys = EncryptionService.Envelopes.MemberPrivateKeys.Generate(Suite.Hpke4);
        return keys.Public.Hpke;
    }
}
