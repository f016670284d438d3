/**
 * The platform of a Packer builder type, by its prefix; a type that is not listed is its own platform.
 * Source: the builder types that Packer's plugins register, https://developer.hashicorp.com/packer/integrations
 */
const PLATFORM_OF_BUILDER = [
  ["amazon-", "aws"],
  ["azure-", "azure"],
  ["googlecompute", "gce"],
  ["vsphere-", "vsphere"],
  ["vmware-", "vmware"],
  ["virtualbox-", "virtualbox"],
  ["parallels-", "parallels"],
  ["hyperv-", "hyperv"],
  ["proxmox", "proxmox"],
  ["docker", "docker"],
  ["podman", "podman"],
  ["lxd", "lxd"],
  ["qemu", "qemu"],
  ["vagrant", "vagrant"],
  ["openstack", "openstack"],
  ["digitalocean", "digitalocean"],
  ["hcloud", "hetzner"],
  ["linode", "linode"],
  ["oracle-", "oracle"],
  ["alicloud-", "alicloud"],
  ["ibmcloud", "ibm"],
  ["nutanix", "nutanix"],
] as const;

/** The platform on which a Packer builder type makes its images. */
export function platformOfBuilder(builderType: string): string {
  return PLATFORM_OF_BUILDER.find(([prefix]) => builderType.startsWith(prefix))?.[1] ?? builderType;
}

/** The region of an artifact whose platform has none, or whose image is the same everywhere. */
export const GLOBAL_REGION = "global";

/** Whether an artifact's id names the same image wherever it stands, so that it may be looked up without its place. */
export function isGloballyUnique(platform: string, id: string): boolean {
  switch (platform) {
    case "aws":
      return /^ami-[0-9a-f]{8,17}$/.test(id);
    case "azure":
      return /^\/subscriptions\//i.test(id);
    case "gce":
      return /(^|\/)projects\/[^/]+\/global\/images\//.test(id);
    default:
      return /(^|@)sha256:[0-9a-f]{64}$/.test(id);
  }
}
