// All that is known of an image, in docker's shape.
#ifndef CHMDOCKER_CLI_INSPECT_IMAGE_H_
#define CHMDOCKER_CLI_INSPECT_IMAGE_H_

#include "runtime/base/json_writer.h"
#include "runtime/image/images.h"
#include "runtime/image/store.h"

namespace chmdocker::cli {

void WriteImage(const image::Store& store, const image::Image& image,
                JsonWriter& json);

}  // namespace chmdocker::cli

#endif  // CHMDOCKER_CLI_INSPECT_IMAGE_H_
