using System.Security.Cryptography;
using EncryptionService.Envelopes;
using EncryptionService.Formats;

namespace EncryptionService.Client;

/// <summary>What a member signs: tokens, registrations, changes of keys.</summary>
internal static class MemberWords
{
    private const long TokenLifetime = 120;
    private const long RegistrationLifetime = 300;
    private const long ChangeLifetime = 30 * 24 * 60 * 60;

    /// <summary>The call with a token that is bound to it.</summary>
    public static CoreCall Authorize(this CoreCall call, MemberFile file, MemberPrivateKeys keys, TimeProvider time)
    {
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        return call with
        {
            Bearer = keys.Sign(new CallToken
            {
                Organization = file.Organization,
                Audience = file.CoreId,
                Method = $"{call.Method.Method} {call.Path}",
                Request = Digest32.Of(call.Body),
                IssuedAt = now,
                ExpiresAt = now + TokenLifetime,
                Id = NewId(),
            }),
        };
    }

    public static string Register(MemberFile file, MemberPrivateKeys keys, TimeProvider time)
    {
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        return keys.Sign(new Registration
        {
            Organization = file.Organization,
            Member = file.Member,
            Audience = file.CoreId,
            Hpke = keys.Public.Hpke,
            Signing = keys.Public.Signing,
            IssuedAt = now,
            ExpiresAt = now + RegistrationLifetime,
            Id = NewId(),
        });
    }

    public static string Change(MemberFile file, MemberPrivateKeys old, MemberPrivateKeys next, ulong counter, TimeProvider time)
    {
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        return old.Sign(new KeyChange
        {
            Organization = file.Organization,
            Member = file.Member,
            Old = old.Public.Ids,
            New = next.Public.Ids,
            Counter = counter,
            IssuedAt = now,
            ExpiresAt = now + ChangeLifetime,
        });
    }

    internal static string NewId() => Base64UrlText.Encode(RandomNumberGenerator.GetBytes(16));
}
