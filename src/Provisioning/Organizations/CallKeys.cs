using System.Collections.Concurrent;
using System.Security.Cryptography;
using EncryptionService.Formats;
using EncryptionService.Provisioning.Database;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;

namespace EncryptionService.Provisioning.Organizations;

/// <summary>The core's call keys, one for each organization: they sign the tokens of its calls (docs/spec/core.md, section 4). Protected in the database.</summary>
internal sealed class CallKeys(CoreStore store, IDataProtectionProvider protection) : IDisposable
{
    private readonly IDataProtector protector = protection.CreateProtector("EncryptionService.Provisioning.CallKeys");
    private readonly ConcurrentDictionary<string, ECDsa> keys = [];

    /// <summary>A new key, protected as it is kept.</summary>
    public byte[] Create()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var pkcs8 = key.ExportPkcs8PrivateKey();
        try
        {
            return protector.Protect(pkcs8);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(pkcs8);
        }
    }

    /// <summary>Signs a token of the organization's core.</summary>
    /// <exception cref="InvalidOperationException">There is no such organization.</exception>
    public async Task<string> SignAsync(string organization, SignedObject claims, CancellationToken cancellationToken) =>
        JwsSigner.Sign(await GetAsync(organization, cancellationToken), claims);

    /// <summary>The public key, a JWK, for the service's configuration.</summary>
    /// <exception cref="InvalidOperationException">There is no such organization.</exception>
    public async Task<string> PublicJwkAsync(string organization, CancellationToken cancellationToken) =>
        SigningJwk.Of(await GetAsync(organization, cancellationToken)).ToJson();

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var key in keys.Values)
        {
            key.Dispose();
        }
    }

    private async Task<ECDsa> GetAsync(string organization, CancellationToken cancellationToken)
    {
        if (keys.TryGetValue(organization, out var known))
        {
            return known;
        }

        var sealedKey = await store.ReadAsync(
            db => db.Organizations.Where(row => row.Id == organization).Select(row => row.CallKey).SingleOrDefaultAsync(cancellationToken), cancellationToken)
            ?? throw new InvalidOperationException($"There is no organization {organization}.");
        var key = Import(protector.Unprotect(sealedKey));
        if (keys.TryAdd(organization, key))
        {
            return key;
        }

        key.Dispose();
        return keys[organization];
    }

    private static ECDsa Import(byte[] pkcs8)
    {
        try
        {
            var key = ECDsa.Create();
            key.ImportPkcs8PrivateKey(pkcs8, out _);
            return key;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(pkcs8);
        }
    }
}
