using System.Security.Cryptography;
using System.Text.Json;

namespace EncryptionService.AzureStandIn;

/// <summary>The vault's keys. Every change is in the file before the call returns.</summary>
public sealed class KeyBook
{
    private readonly Lock gate = new();
    private readonly string file;
    private readonly TimeProvider time;
    private Dictionary<string, VaultKey> keys;

    internal KeyBook(string file, TimeProvider time)
    {
        this.file = file;
        this.time = time;
        var known = File.Exists(file) ? JsonSerializer.Deserialize<List<VaultKey>>(File.ReadAllBytes(file))! : [];
        keys = known.ToDictionary(key => key.Name, StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>The key, deleted or not; null if there never was one.</summary>
    public VaultKey? Find(string name)
    {
        lock (gate)
        {
            return keys.GetValueOrDefault(name);
        }
    }

    /// <summary>Makes a key with one version, or puts another in place of the one that has the name.</summary>
    public VaultKey Create(string name, string type, int sizeInBits)
    {
        lock (gate)
        {
            return Keep(new VaultKey(name, type, [NewVersion(type, sizeInBits)]));
        }
    }

    /// <summary>Makes the next version.</summary>
    /// <returns>The version's name.</returns>
    public string Rotate(string name)
    {
        lock (gate)
        {
            var key = keys[name];
            return Keep(key with { Versions = [.. key.Versions, NewVersion(key.Type, key.IsRsa ? 3072 : 256)] }).Newest.Version;
        }
    }

    /// <summary>Changes a version; without a name, the newest.</summary>
    public void Change(string name, string? version, Func<KeyVersion, KeyVersion> change)
    {
        lock (gate)
        {
            var key = keys[name];
            var target = version ?? key.Newest.Version;
            if (key.Versions.All(each => each.Version != target))
            {
                throw new ArgumentException($"{name} has no version {target}", nameof(version));
            }

            Keep(key with { Versions = [.. key.Versions.Select(each => each.Version == target ? change(each) : each)] });
        }
    }

    /// <summary>Soft-deletes the key, or takes that back.</summary>
    public void SetDeleted(string name, bool deleted)
    {
        lock (gate)
        {
            Keep(keys[name] with { Deleted = deleted });
        }
    }

    private KeyVersion NewVersion(string type, int sizeInBits) => new(
        Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)), VaultKey.NewPrivateKey(type, sizeInBits), time.GetUtcNow().ToUnixTimeSeconds());

    private VaultKey Keep(VaultKey key)
    {
        keys = new Dictionary<string, VaultKey>(keys, keys.Comparer) { [key.Name] = key };
        OwnFiles.Write(file, JsonSerializer.SerializeToUtf8Bytes(keys.Values));
        return key;
    }
}
